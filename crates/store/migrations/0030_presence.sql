-- Whether a check-in shows that somebody was there: by a point or a photo. Duties ask for it.
ALTER TABLE visit ADD COLUMN evident BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE visit_past ADD COLUMN evident BOOLEAN NOT NULL DEFAULT FALSE;
