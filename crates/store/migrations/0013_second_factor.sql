-- What a person's second factor is made from, together with the company's secret, and the last step that was used.
CREATE TABLE second_factor (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    nonce TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    off_at BIGINT,
    last_step BIGINT NOT NULL
);
