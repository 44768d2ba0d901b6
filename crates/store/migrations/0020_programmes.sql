-- Works programmes, their sections, and the milestones of each as its section says them.
CREATE TABLE programme (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    owner_id UUID NOT NULL REFERENCES unit (id),
    manager_id UUID NOT NULL,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE section (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    programme_id UUID NOT NULL REFERENCES programme (id),
    road_id UUID NOT NULL,
    name TEXT NOT NULL,
    district TEXT NOT NULL,
    batch BIGINT NOT NULL,
    place_id UUID,
    contractor_id UUID,
    supervisor_id UUID,
    progress TEXT NOT NULL,
    route_metres BIGINT,
    next_look TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX section_by_programme ON section (programme_id, code);
CREATE INDEX section_by_contractor ON section (contractor_id) WHERE contractor_id IS NOT NULL;
CREATE INDEX section_by_supervisor ON section (supervisor_id) WHERE supervisor_id IS NOT NULL;
CREATE INDEX section_by_place ON section (place_id) WHERE place_id IS NOT NULL;
CREATE INDEX section_by_look ON section (next_look) WHERE next_look IS NOT NULL;
CREATE TABLE milestone (
    id UUID NOT NULL,
    section_id UUID NOT NULL REFERENCES section (id),
    position BIGINT NOT NULL,
    code TEXT NOT NULL,
    baseline TEXT,
    forecast TEXT,
    actual TEXT,
    confirmed BOOLEAN NOT NULL,
    PRIMARY KEY (section_id, position)
);
CREATE INDEX milestone_by_id ON milestone (id);
