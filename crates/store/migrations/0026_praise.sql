-- Who thanked us for what, and what was printed about us. Names and words lie with the words.
CREATE TABLE praise (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    day TEXT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE publication (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    unit_id UUID NOT NULL REFERENCES unit (id),
    day TEXT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
