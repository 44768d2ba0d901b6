-- What was said later of an imported matter is found together with its source's key.
CREATE INDEX import_row_by_matter ON import_row (matter_id);
