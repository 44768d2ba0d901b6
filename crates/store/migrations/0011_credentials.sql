-- Sessions, API tokens and calendar links are one thing: a secret of which the hash is kept, with its owner, and when it was
-- made, ends by itself, was last used, was ended, and why. Instants are real time. None is ever deleted.
CREATE TABLE credential (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    label TEXT,
    made_at BIGINT NOT NULL,
    until BIGINT,
    seen_at BIGINT,
    ended_at BIGINT,
    why TEXT
);
INSERT INTO credential (token_hash, kind, person_id, made_at, until, seen_at)
    SELECT token_hash, 'session', person_id, created_at, expires_at, seen_at FROM session;
INSERT INTO credential (token_hash, kind, person_id, label, made_at, ended_at, why)
    SELECT token_hash, 'token', person_id, label, created_at, revoked_at, CASE WHEN revoked_at IS NULL THEN NULL ELSE 'owner' END FROM api_token;
INSERT INTO credential (token_hash, kind, person_id, made_at, ended_at, why)
    SELECT token_hash, 'calendar', person_id, created_at, revoked_at, CASE WHEN revoked_at IS NULL THEN NULL ELSE 'owner' END FROM calendar_link;
DROP TABLE session;
DROP TABLE api_token;
DROP TABLE calendar_link;
-- What a person has that lives.
CREATE INDEX credential_by_person ON credential (person_id, made_at) WHERE ended_at IS NULL;
-- Links that let somebody in stay to be looked up: when they were spent or ended, and why.
ALTER TABLE entry_link ADD COLUMN why TEXT;
-- The log of security: by day; a person's is his record's chain.
CREATE INDEX event_of_security ON event (happened_at) WHERE kind = 'security';
