-- Joint conferences with their seats, meetings with attendance and minutes, topics.
CREATE TABLE conference (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT,
    convener_id UUID NOT NULL REFERENCES unit (id),
    secretary_id UUID NOT NULL,
    dissolved TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE meeting (
    id UUID PRIMARY KEY,
    conference_id UUID NOT NULL REFERENCES conference (id),
    no BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (conference_id, no)
);

CREATE TABLE topic (
    id UUID PRIMARY KEY,
    conference_id UUID NOT NULL REFERENCES conference (id),
    meeting_id UUID NOT NULL REFERENCES meeting (id),
    recurs_id UUID,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX topic_by_conference ON topic (conference_id);
CREATE INDEX topic_by_meeting ON topic (meeting_id);
