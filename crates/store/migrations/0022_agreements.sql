-- Whom a visit goes to, and whether its readers are few.
ALTER TABLE visit ADD COLUMN partner_id UUID;
ALTER TABLE visit_past ADD COLUMN partner_id UUID;
ALTER TABLE visit ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX visit_by_partner ON visit (partner_id, day) WHERE partner_id IS NOT NULL;
CREATE INDEX visit_past_by_partner ON visit_past (partner_id) WHERE partner_id IS NOT NULL;

-- What the company and bodies outside signed together.
CREATE TABLE agreement (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    parties TEXT NOT NULL,
    signed TEXT NOT NULL,
    valid_to TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
