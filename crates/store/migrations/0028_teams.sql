-- Temporary branches and commando teams. Memberships stand in the body; a team is a unit, and matters lie with that.
CREATE TABLE team (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL UNIQUE REFERENCES unit (id),
    kind TEXT NOT NULL,
    programme_id UUID,
    section_id UUID,
    within_id UUID,
    from_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    -- Nobody has proposed to dissolve it, and it was not dissolved.
    waits BOOLEAN NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
