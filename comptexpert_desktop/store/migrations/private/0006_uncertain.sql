-- How often in a row the server failed over an entry, and whether what came back to the person may have been done.

ALTER TABLE outbox ADD COLUMN faults INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN is_uncertain INTEGER NOT NULL DEFAULT 0 CHECK (is_uncertain IN (0, 1));
