-- As in the first step: running numbers outgrow 32 bits, text is compared by its bytes.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name IN ('connection', 'phone_code', 'contact') AND data_type = 'integer' LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE bigint', c.table_name, c.column_name);
    END LOOP;
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name IN ('connection', 'phone_code', 'contact') AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text COLLATE "C"', c.table_name, c.column_name);
    END LOOP;
END $$;
