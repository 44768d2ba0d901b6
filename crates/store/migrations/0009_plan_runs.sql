-- Searches for plans that are going on, so that every node knows of those of the others and may ask them to stop. `beat_at`
-- is real time: a search whose node has not told of it for a while has ended with it.
CREATE TABLE plan_run (
    plan_id UUID PRIMARY KEY,
    unit_id UUID NOT NULL,
    base UUID,
    node TEXT NOT NULL,
    stage TEXT NOT NULL,
    share BIGINT NOT NULL,
    best BIGINT NOT NULL,
    iterations BIGINT NOT NULL,
    stop BOOLEAN NOT NULL,
    beat_at BIGINT NOT NULL
);

-- Uploads that came to nothing are found by their time.
CREATE INDEX file_by_time ON file (created_at);
