-- Service days, their sessions with what was done there, who signed in; the roster, and which party organisations registered with whom.
CREATE TABLE service_day (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    organiser_id UUID NOT NULL REFERENCES unit (id),
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE member (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    unit_id UUID NOT NULL REFERENCES unit (id),
    person_id UUID,
    personal_id UUID,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX member_by_person ON member (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE pairing (
    id UUID PRIMARY KEY,
    ours_id UUID NOT NULL REFERENCES partner (id),
    theirs_id UUID NOT NULL REFERENCES partner (id),
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX pairing_by_theirs ON pairing (theirs_id);
CREATE INDEX pairing_by_ours ON pairing (ours_id);

CREATE TABLE service_session (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    service_day_id UUID NOT NULL REFERENCES service_day (id),
    day TEXT NOT NULL,
    community_id UUID NOT NULL REFERENCES partner (id),
    host_id UUID NOT NULL REFERENCES unit (id),
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX service_session_by_service_day ON service_session (service_day_id);
CREATE INDEX service_session_by_day ON service_session (day);
CREATE INDEX service_session_by_community ON service_session (community_id);

CREATE TABLE sign_in (
    id UUID PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES service_session (id),
    member_id UUID REFERENCES member (id),
    voided BOOLEAN NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX sign_in_by_session ON sign_in (session_id);
CREATE INDEX sign_in_by_member ON sign_in (member_id) WHERE member_id IS NOT NULL;
-- Nobody is signed in twice at one session.
CREATE UNIQUE INDEX sign_in_once ON sign_in (session_id, member_id) WHERE NOT voided;
