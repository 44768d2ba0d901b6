-- Connections of a unit, newest first: found in it, and not by walking those of the whole company.

CREATE INDEX connection_by_unit ON connection (unit_id, n);
