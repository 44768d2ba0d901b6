-- Audit leads: how late the latest entry of a case was, counted again from the ledger; and the day that a customer
-- remembers only where it is another than the recorded one, which calls made before today do not say.

UPDATE connection SET late_ms = COALESCE((SELECT MAX(recorded_at - happened_at) FROM event WHERE kind = 'matter' AND late AND record_id = connection.id), 0);
UPDATE connection SET said_applied = NULL;

-- The stage beside the step: the hall's queue and the list of customers to call need no other row to know it.
ALTER TABLE connection ADD COLUMN stage TEXT NOT NULL DEFAULT '';
UPDATE connection SET stage = (SELECT m.stage FROM matter m WHERE m.id = connection.id);
UPDATE connection SET rank = 9223372036854775807 WHERE stage = 'answered';
DROP INDEX connection_by_rank;
CREATE INDEX connection_by_rank ON connection (rank, n, stage, flags, unit_id, raiser, recorder, handler, doer) WHERE is_open;
CREATE INDEX connection_by_stage ON connection (stage, n, call_outcome, unit_id, raiser, recorder, handler, doer) WHERE is_open;
