-- Audit leads: how late the latest entry of a case was, counted again from the ledger; and the day that a customer
-- remembers only where it is another than the recorded one, which calls made before today do not say.

UPDATE connection SET late_ms = COALESCE((SELECT MAX(recorded_at - happened_at) FROM event WHERE kind = 'matter' AND late AND record_id = connection.id), 0);
UPDATE connection SET said_applied = NULL;
