-- Supporting documents with their versions and clauses, who cites a clause, what others wrote of our practice.
CREATE TABLE document (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    unit_id UUID NOT NULL REFERENCES unit (id),
    issuer_folded TEXT NOT NULL,
    number_folded TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- A number that is to be checked is nobody's yet.
    UNIQUE (issuer_folded, number_folded)
);

CREATE TABLE citation (
    id UUID PRIMARY KEY,
    document_id UUID NOT NULL REFERENCES document (id),
    clause_id UUID NOT NULL,
    citing_kind TEXT NOT NULL,
    citing_key TEXT NOT NULL,
    ended TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX citation_by_document ON citation (document_id);
CREATE INDEX citation_by_clause ON citation (clause_id);
CREATE INDEX citation_by_citing ON citation (citing_key);

CREATE TABLE recognition (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    unit_id UUID NOT NULL REFERENCES unit (id),
    day TEXT NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
