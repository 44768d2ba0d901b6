-- How many customers a unit serves in a district, from a day on.
CREATE TABLE served_base (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES unit (id),
    district TEXT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX served_base_by_unit ON served_base (unit_id, district);

-- Outages. Those that a file brought have no event of their own: the event of their piece of the file holds a hash of each.
CREATE TABLE outage (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    day TEXT NOT NULL,
    district TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    customers BIGINT NOT NULL,
    cause TEXT,
    voided BOOLEAN NOT NULL,
    file_id UUID,
    line BIGINT,
    recorded_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    rev BIGINT NOT NULL
);
-- The list is by when they began, the newest first, of all or of one district, level or kind.
CREATE INDEX outage_by_start ON outage (started_at, id);
CREATE INDEX outage_by_district ON outage (district, started_at, id);
CREATE INDEX outage_by_level ON outage (level, started_at, id);
CREATE INDEX outage_by_kind ON outage (kind, started_at, id);
CREATE INDEX outage_by_unit ON outage (unit_id, started_at, id);
CREATE INDEX outage_open ON outage (started_at, id) WHERE ended_at IS NULL;
-- What was known at an instant leaves out what was recorded since.
CREATE INDEX outage_by_change ON outage (changed_at);
CREATE INDEX outage_changed ON outage (changed_at) WHERE changed_at > recorded_at;

-- What outages add up to: by `day` and by `month` of each district, unit, level and kind, and by `total` of the whole company's day.
-- Of a total the rest of the key is empty.
CREATE TABLE outage_sum (
    grain TEXT NOT NULL,
    first_day TEXT NOT NULL,
    district TEXT NOT NULL,
    unit_id UUID NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    events BIGINT NOT NULL,
    open BIGINT NOT NULL,
    sustained BIGINT NOT NULL,
    interruptions BIGINT NOT NULL,
    customer_seconds BIGINT NOT NULL,
    PRIMARY KEY (grain, first_day, district, unit_id, level, kind)
);
