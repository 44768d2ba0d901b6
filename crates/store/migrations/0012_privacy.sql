-- Who had personal data shown or erased them: the administrator's list.
CREATE INDEX event_privacy ON event (seq) WHERE code IN ('disclosed', 'erased');
-- When the bytes of a photo were erased; none while they are kept.
ALTER TABLE file ADD COLUMN erased_at BIGINT;
-- The photos of a record that is erased.
CREATE INDEX file_use_by_record ON file_use (record_id);
CREATE INDEX file_erased ON file (sha) WHERE erased_at IS NOT NULL;
