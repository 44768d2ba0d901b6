-- Text is compared by its bytes, as SQLite does.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text'
        AND (table_name IN ('matter_past', 'connection_past', 'visit_past', 'place_version', 'person_version')
            OR table_name = 'visit' AND column_name = 'bearers') LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text COLLATE "C"', c.table_name, c.column_name);
    END LOOP;
END $$;
