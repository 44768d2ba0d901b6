-- Who had personal data shown or erased them: the administrator's list.
CREATE INDEX event_privacy ON event (seq) WHERE code IN ('disclosed', 'erased');
