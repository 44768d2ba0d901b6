-- Text is compared by its bytes, as SQLite does.
ALTER TABLE second_factor ALTER COLUMN nonce TYPE text COLLATE "C";
