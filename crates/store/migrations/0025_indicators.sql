-- Indicators with what was read of them, how each is taken apart version by version, campaigns.
CREATE TABLE indicator (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES unit (id),
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE breakdown (
    id UUID PRIMARY KEY,
    indicator_id UUID NOT NULL REFERENCES indicator (id),
    no BIGINT NOT NULL,
    effective TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (indicator_id, no)
);

CREATE TABLE campaign (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- Tasks are found among a million matters.
CREATE INDEX matter_of_task ON matter (id) WHERE kind = 'task';
