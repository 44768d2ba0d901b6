-- One text for both engines. Ids are UUIDs, instants BIGINT milliseconds of UTC, civil dates TEXT
-- (ISO, so they sort), JSON is TEXT because the ledger hashes its exact bytes. Running numbers are
-- INTEGER PRIMARY KEY, which in SQLite is the table itself and saves an index; PostgreSQL makes them
-- BIGINT in its own step.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE unit (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT,
    kind TEXT NOT NULL,
    parent UUID REFERENCES unit (id),
    path TEXT NOT NULL UNIQUE,
    from_day TEXT,
    to_day TEXT
);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    level TEXT NOT NULL,
    specialty TEXT NOT NULL,
    duty BOOLEAN NOT NULL,
    from_day TEXT,
    to_day TEXT,
    password TEXT,
    locale TEXT
);
CREATE INDEX person_by_unit ON person (unit_id);

CREATE TABLE role_grant (
    person_id UUID NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    PRIMARY KEY (person_id, role, unit_id)
);

CREATE TABLE exemption (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX exemption_by_person ON exemption (person_id);

CREATE TABLE place (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    area TEXT NOT NULL,
    lat BIGINT,
    lon BIGINT,
    unit_id UUID REFERENCES unit (id)
);

CREATE TABLE visit (
    id UUID NOT NULL UNIQUE,
    n INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    place_id UUID NOT NULL REFERENCES place (id),
    host_id UUID NOT NULL REFERENCES unit (id),
    leader_id UUID NOT NULL REFERENCES person (id),
    day TEXT NOT NULL,
    announced BOOLEAN NOT NULL,
    planned_by UUID,
    started_at BIGINT,
    finished_at BIGINT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX visit_by_leader ON visit (leader_id, day);
CREATE INDEX visit_by_day ON visit (day, n);
CREATE INDEX visit_by_place ON visit (place_id, day);

CREATE TABLE visit_party (
    visit_id UUID NOT NULL REFERENCES visit (id),
    person_id UUID NOT NULL REFERENCES person (id),
    duty BOOLEAN NOT NULL,
    PRIMARY KEY (visit_id, person_id)
);
CREATE INDEX visit_party_by_person ON visit_party (person_id);

CREATE TABLE matter (
    id UUID NOT NULL UNIQUE,
    n INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    place_id UUID REFERENCES place (id),
    visit_id UUID REFERENCES visit (id),
    raiser UUID,
    recorder UUID,
    handler UUID,
    doer UUID,
    merged_into UUID,
    subject TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    due_at BIGINT,
    due_sort BIGINT NOT NULL,
    provisional BOOLEAN NOT NULL,
    solved_at BIGINT,
    answered_at BIGINT,
    closed_at BIGINT,
    on_the_spot BOOLEAN NOT NULL,
    paused BOOLEAN NOT NULL,
    request TEXT,
    escalated BIGINT NOT NULL,
    reopened BIGINT NOT NULL,
    verdict TEXT,
    next_at BIGINT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX matter_by_unit ON matter (unit_id, stage, n);
CREATE INDEX matter_by_stage ON matter (stage, n);
CREATE INDEX matter_by_kind ON matter (kind, n);
CREATE INDEX matter_by_due ON matter (due_sort, n) WHERE is_open;
CREATE INDEX matter_by_raised ON matter (raised_at, n);
CREATE INDEX matter_by_request ON matter (n) WHERE request IS NOT NULL;
CREATE INDEX matter_by_due_at ON matter (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX matter_by_next ON matter (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX matter_by_place ON matter (place_id, n) WHERE place_id IS NOT NULL;
CREATE INDEX matter_by_visit ON matter (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX matter_by_raiser ON matter (raiser, n) WHERE raiser IS NOT NULL;
CREATE INDEX matter_by_recorder ON matter (recorder, n) WHERE recorder IS NOT NULL;
CREATE INDEX matter_by_handler ON matter (handler, n) WHERE handler IS NOT NULL;
CREATE INDEX matter_by_doer ON matter (doer, n) WHERE doer IS NOT NULL;
CREATE INDEX matter_by_master ON matter (merged_into) WHERE merged_into IS NOT NULL;

-- Words and contacts are what may be erased; the ledger keeps references and salted hashes.
CREATE TABLE words (
    id UUID PRIMARY KEY,
    record_id UUID NOT NULL,
    salt TEXT NOT NULL,
    body TEXT,
    erased_at BIGINT
);
CREATE INDEX words_by_record ON words (record_id);

CREATE TABLE contact (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL,
    name TEXT,
    phone TEXT,
    erased_at BIGINT
);

CREATE TABLE matter_link (
    token_hash TEXT PRIMARY KEY,
    matter_id UUID NOT NULL,
    contact_id UUID NOT NULL REFERENCES contact (id),
    created_at BIGINT NOT NULL
);

CREATE TABLE file (
    sha TEXT PRIMARY KEY,
    mime TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE file_use (
    sha TEXT NOT NULL REFERENCES file (sha),
    record_id UUID NOT NULL,
    PRIMARY KEY (sha, record_id)
);

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    record_id UUID NOT NULL,
    rev BIGINT NOT NULL,
    code TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    late BOOLEAN NOT NULL,
    actor TEXT NOT NULL,
    command_id UUID NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (record_id, rev)
);

CREATE TABLE seal (
    n INTEGER PRIMARY KEY,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE command (
    id UUID PRIMARY KEY,
    sha TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    receipt TEXT NOT NULL
);

CREATE TABLE policy (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    label TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, version)
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE api_token (
    token_hash TEXT PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE notice (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    code TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id UUID NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT,
    UNIQUE (person_id, code, record_id, at)
);
CREATE INDEX notice_by_person ON notice (person_id, at);

CREATE TABLE import_row (
    source TEXT NOT NULL,
    row_key TEXT NOT NULL,
    sha TEXT NOT NULL,
    matter_id UUID NOT NULL,
    PRIMARY KEY (source, row_key)
);
