CREATE FUNCTION a_plan_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a plan is never changed'; END $$;
CREATE TRIGGER plan_unchanged BEFORE UPDATE OR DELETE ON plan FOR EACH ROW EXECUTE FUNCTION a_plan_is_never_changed();
ALTER TABLE plan ALTER COLUMN n TYPE bigint;

-- Text is compared by its bytes, as SQLite does.
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND table_name IN ('plan', 'calendar_link') LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text COLLATE "C"', c.table_name, c.column_name);
    END LOOP;
END $$;
