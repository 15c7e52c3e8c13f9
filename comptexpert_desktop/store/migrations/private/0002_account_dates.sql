-- When an account signed in on this machine, and when the server last answered it; ISO 8601 UTC, empty when unknown.

ALTER TABLE account ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN used_at TEXT NOT NULL DEFAULT '';
