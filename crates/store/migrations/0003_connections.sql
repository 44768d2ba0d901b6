-- Connections: the columns that lists, figures and searches for split applications read, beside the matter they belong
-- to. `rank` sorts the hall's queue: those with a special need first, then by due date.

CREATE TABLE connection (
    id UUID NOT NULL UNIQUE REFERENCES matter (id),
    n INTEGER PRIMARY KEY,
    class TEXT NOT NULL,
    district TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    raiser UUID,
    recorder UUID,
    handler UUID,
    doer UUID,
    capacity BIGINT NOT NULL,
    step TEXT,
    flags TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    rank BIGINT NOT NULL,
    eligible BOOLEAN NOT NULL,
    overridden BOOLEAN NOT NULL,
    works BOOLEAN,
    applied_at BIGINT NOT NULL,
    accepted_at BIGINT,
    energized_at BIGINT,
    archived_at BIGINT,
    withdrawn_at BIGINT,
    d1 BIGINT,
    d2 BIGINT,
    d3 BIGINT,
    d4 BIGINT,
    d5 BIGINT,
    d6 BIGINT,
    handled_minutes BIGINT,
    whole_minutes BIGINT,
    visible_steps BIGINT,
    on_time BOOLEAN,
    paid BIGINT,
    saving BIGINT,
    claim BOOLEAN,
    satisfaction TEXT,
    rated_at BIGINT,
    call_outcome TEXT,
    call_attempts BIGINT NOT NULL,
    said_applied TEXT,
    -- Not from the case: how late an entry was, the event after which it was written, and what may be erased.
    late_ms BIGINT NOT NULL,
    touched BIGINT NOT NULL,
    party_key TEXT,
    address_key TEXT,
    content_key TEXT
);
-- Lists walk an index in its order; what a scope asks lies in the index, so that only rows that are shown are read.
CREATE INDEX connection_by_rank ON connection (rank, n, flags, unit_id, raiser, recorder, handler, doer) WHERE is_open;
CREATE INDEX connection_by_n ON connection (n, unit_id, raiser, recorder, handler, doer);
CREATE INDEX connection_by_class ON connection (class, n, unit_id, raiser, recorder, handler, doer);
CREATE INDEX connection_by_district ON connection (district, n, unit_id, raiser, recorder, handler, doer);
CREATE INDEX connection_by_step ON connection (step, n, unit_id, raiser, recorder, handler, doer) WHERE is_open;
CREATE INDEX connection_by_touched ON connection (touched) WHERE energized_at IS NOT NULL;
CREATE INDEX connection_by_late ON connection (late_ms) WHERE late_ms > 0;
CREATE INDEX connection_by_said ON connection (n) WHERE said_applied IS NOT NULL;
CREATE INDEX connection_by_party ON connection (party_key, applied_at) WHERE party_key IS NOT NULL;
CREATE INDEX connection_by_address ON connection (address_key, applied_at) WHERE address_key IS NOT NULL;

ALTER TABLE contact ADD COLUMN credit_code TEXT;

-- Codes sent to phones, by a keyed hash of the number; a row is good for one code and one day's count.
CREATE TABLE phone_code (
    phone_key TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    day TEXT NOT NULL,
    sent_today BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
