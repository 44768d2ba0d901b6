-- Households that service teams look after, and the done-sheets of their orders. Who lives there lies with the words.
CREATE TABLE household (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    unit_id UUID NOT NULL REFERENCES unit (id),
    community_id UUID,
    personal_id UUID,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX household_by_unit ON household (unit_id, code);

-- One order has one sheet.
CREATE TABLE done_sheet (
    id UUID PRIMARY KEY,
    matter_id UUID NOT NULL UNIQUE,
    household_id UUID NOT NULL REFERENCES household (id),
    unit_id UUID NOT NULL REFERENCES unit (id),
    day TEXT NOT NULL,
    next_visit TEXT,
    rev BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX done_sheet_by_household ON done_sheet (household_id, day, id);
-- Visits that were promised.
CREATE INDEX done_sheet_by_next_visit ON done_sheet (next_visit) WHERE next_visit IS NOT NULL;
CREATE INDEX done_sheet_by_day ON done_sheet (day);
