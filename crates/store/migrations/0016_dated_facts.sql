-- Since when each row is known as it is, and what was known of it before: figures as of an instant read what was known then.
-- A program of this schema fills them from the events once.
ALTER TABLE matter ADD COLUMN known_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN known_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN known_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN bearers TEXT NOT NULL DEFAULT '';
ALTER TABLE exemption ADD COLUMN known_from BIGINT NOT NULL DEFAULT 0;

CREATE TABLE matter_past (
    id UUID NOT NULL REFERENCES matter (id),
    known_from BIGINT NOT NULL,
    known_to BIGINT NOT NULL,
    category TEXT NOT NULL,
    stage TEXT NOT NULL,
    unit_id UUID NOT NULL,
    due_at BIGINT,
    solved_at BIGINT,
    answered_at BIGINT,
    closed_at BIGINT,
    on_the_spot BOOLEAN NOT NULL,
    reopened BIGINT NOT NULL,
    verdict TEXT,
    voice TEXT,
    PRIMARY KEY (id, known_from)
);
CREATE INDEX matter_past_by_known ON matter_past (known_to);

CREATE TABLE connection_past (
    id UUID NOT NULL REFERENCES connection (id),
    known_from BIGINT NOT NULL,
    known_to BIGINT NOT NULL,
    class TEXT NOT NULL,
    district TEXT NOT NULL,
    unit_id UUID NOT NULL,
    applied_at BIGINT NOT NULL,
    energized_at BIGINT,
    archived_at BIGINT,
    d1 BIGINT,
    d3 BIGINT,
    d4 BIGINT,
    d5 BIGINT,
    handled_minutes BIGINT,
    whole_minutes BIGINT,
    visible_steps BIGINT,
    on_time BOOLEAN,
    saving BIGINT,
    claim BOOLEAN,
    voice TEXT,
    satisfaction TEXT,
    rated_at BIGINT,
    call_outcome TEXT,
    PRIMARY KEY (id, known_from)
);
CREATE INDEX connection_past_by_known ON connection_past (known_to) WHERE energized_at IS NOT NULL;
CREATE INDEX connection_by_known ON connection (known_from) WHERE energized_at IS NOT NULL;

CREATE TABLE visit_past (
    id UUID NOT NULL REFERENCES visit (id),
    known_from BIGINT NOT NULL,
    known_to BIGINT NOT NULL,
    state TEXT NOT NULL,
    leader_id UUID NOT NULL,
    day TEXT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    bearers TEXT NOT NULL,
    PRIMARY KEY (id, known_from)
);
CREATE INDEX visit_past_by_known ON visit_past (known_to);

-- What places and people were: by the event that told it, from when on it held and since when that is known.
CREATE TABLE place_version (
    place_id UUID NOT NULL REFERENCES place (id),
    seq BIGINT NOT NULL,
    known_from BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    area TEXT NOT NULL,
    unit_id UUID,
    PRIMARY KEY (place_id, seq)
);
CREATE TABLE person_version (
    person_id UUID NOT NULL REFERENCES person (id),
    seq BIGINT NOT NULL,
    known_from BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    unit_id UUID NOT NULL,
    level TEXT NOT NULL,
    specialty TEXT NOT NULL,
    duty BOOLEAN NOT NULL,
    from_day TEXT,
    to_day TEXT,
    PRIMARY KEY (person_id, seq)
);
