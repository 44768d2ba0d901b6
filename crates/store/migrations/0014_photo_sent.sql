-- Who sent a photo: whoever has sent it may name it in a record, though others of whose records he knows nothing use it too.
-- Rows are dropped after a while; none of them is a record.
CREATE TABLE photo_sent (
    sha TEXT NOT NULL,
    sender TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (sha, sender)
);
CREATE INDEX photo_sent_at ON photo_sent (sent_at);
