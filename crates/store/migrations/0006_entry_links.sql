-- Links that let somebody in: to set a password, to set an empty company up, to enter the demo. Only the secret's hash is
-- kept. `until` is real time; none for a link that something else ends.
CREATE TABLE entry_link (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person_id UUID REFERENCES person (id),
    made_at BIGINT NOT NULL,
    until BIGINT,
    spent_at BIGINT
);
CREATE INDEX entry_link_by_kind ON entry_link (kind, person_id);
CREATE INDEX entry_link_by_end ON entry_link (until);
