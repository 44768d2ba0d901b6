CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- One character is searched by prefix; without an index of its own that reads every token that begins with it.
CREATE VIRTUAL TABLE matter_search USING fts5(tokens, content='', contentless_delete=1, prefix='1', tokenize="unicode61 remove_diacritics 0");
