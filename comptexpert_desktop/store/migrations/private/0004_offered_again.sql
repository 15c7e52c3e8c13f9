-- When an entry that the server had taken was put back, because the server went back to an older state; empty otherwise.
-- For a sign-up that stays sent: since when the server is asked whether it still knows it.

ALTER TABLE outbox ADD COLUMN again_at TEXT NOT NULL DEFAULT '';
