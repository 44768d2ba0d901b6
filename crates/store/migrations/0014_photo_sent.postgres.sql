-- Text is compared by its bytes, as SQLite does.
ALTER TABLE photo_sent ALTER COLUMN sha TYPE text COLLATE "C", ALTER COLUMN sender TYPE text COLLATE "C";
