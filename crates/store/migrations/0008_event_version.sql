-- The version of the shape of an event's body. Version 1 is written by absence: nothing that was hashed before has changed.
ALTER TABLE event ADD COLUMN version BIGINT;
