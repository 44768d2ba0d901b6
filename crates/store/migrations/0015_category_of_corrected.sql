-- A connection whose application was corrected may be of another class since; its matter's row had kept the first one.
UPDATE matter SET category = (SELECT c.class FROM connection c WHERE c.id = matter.id)
    WHERE kind = 'connection' AND category <> (SELECT c.class FROM connection c WHERE c.id = matter.id);
