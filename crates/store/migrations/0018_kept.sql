-- What was said later of an imported matter is found together with its source's key.
CREATE INDEX import_row_by_matter ON import_row (matter_id);
-- The units of a kind's matters are counted in its index, without their rows.
DROP INDEX matter_by_kind;
CREATE INDEX matter_by_kind ON matter (kind, n, unit_id);
