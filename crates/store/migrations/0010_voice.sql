-- How it is known that a verdict is the raiser's own; none for verdicts given before that was asked.
ALTER TABLE matter ADD COLUMN voice TEXT;
ALTER TABLE connection ADD COLUMN voice TEXT;
