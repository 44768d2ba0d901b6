-- Plans of visits. A plan's row is written once; that it was adopted, and which visits came of it, are
-- rows of their own. Text of a plan is JSON as the use case reads it; its hash is in the plan's event.

CREATE TABLE plan (
    id UUID NOT NULL UNIQUE,
    n INTEGER PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES unit (id),
    month TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    base UUID,
    -- Adoptions of the unit's plans of these days that it knew of: one more, and it is superseded.
    adoptions BIGINT NOT NULL,
    made_by UUID,
    made_at BIGINT NOT NULL,
    summary TEXT NOT NULL,
    sha TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX plan_by_unit ON plan (unit_id, n);

CREATE TABLE plan_adoption (
    plan_id UUID PRIMARY KEY REFERENCES plan (id),
    adopted_by UUID,
    adopted_at BIGINT NOT NULL,
    made BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    dropped BIGINT NOT NULL
);

CREATE TABLE plan_visit (
    plan_id UUID NOT NULL REFERENCES plan (id),
    visit_id UUID NOT NULL REFERENCES visit (id),
    PRIMARY KEY (plan_id, visit_id)
);
CREATE INDEX plan_visit_by_visit ON plan_visit (visit_id);

-- A leader's calendar feed: whoever has the link reads that leader's visits and nothing else.
CREATE TABLE calendar_link (
    token_hash TEXT PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX calendar_link_by_person ON calendar_link (person_id);
