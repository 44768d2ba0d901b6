-- What a matter is about, and the body outside that is to put it right.
ALTER TABLE matter ADD COLUMN about_kind TEXT;
ALTER TABLE matter ADD COLUMN about_id UUID;
ALTER TABLE matter ADD COLUMN owner_id UUID;
CREATE INDEX matter_by_about ON matter (about_id, n) WHERE about_id IS NOT NULL;
CREATE INDEX matter_by_owner ON matter (owner_id, n) WHERE owner_id IS NOT NULL;

-- Governments, firms, contractors, communities, party bodies, media.
CREATE TABLE partner (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT,
    roles TEXT NOT NULL,
    district TEXT,
    credit_code TEXT UNIQUE,
    liaison_id UUID,
    unit_id UUID REFERENCES unit (id),
    merged_into UUID,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
