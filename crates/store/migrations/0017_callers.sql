-- A caller asks after what he raised: found by his name or his phone.
CREATE INDEX contact_by_name ON contact (name) WHERE name IS NOT NULL;
CREATE INDEX contact_by_phone ON contact (phone) WHERE phone IS NOT NULL;
-- People type their code in any case.
CREATE INDEX person_by_folded_code ON person (lower(code));
