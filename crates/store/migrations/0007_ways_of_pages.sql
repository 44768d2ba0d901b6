-- Ways to what pages ask for, so that none of them reads a table that grows with the company's years.

-- Today and tasks: a unit's open matters as they fall due.
CREATE INDEX matter_by_unit_due ON matter (unit_id, due_sort, n) WHERE is_open;
-- Planning: what was found on a visit and put right lately.
CREATE INDEX matter_by_solved ON matter (solved_at) WHERE visit_id IS NOT NULL;
-- Figures: visits of a period; planning: the last visit of each place.
CREATE INDEX visit_by_started ON visit (started_at) WHERE started_at IS NOT NULL;
CREATE INDEX visit_by_finished ON visit (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX visit_last_of_place ON visit (place_id, started_at) WHERE state = 'finished';
-- What is erased with a matter, what ends with a session, what a person has made.
CREATE INDEX contact_by_matter ON contact (matter_id);
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX api_token_by_person ON api_token (person_id);
