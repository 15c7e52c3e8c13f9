-- The public lists of the registry, and an index that answers a keystroke by range scans.
-- band = 2 * scope + tier: scope 0 holds everyone, each smaller list has a scope of its own, so that a
-- search in it never skips over the thousands of the largest one.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE document (
    name TEXT PRIMARY KEY,
    fetched_at TEXT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE person (
    entry_id TEXT PRIMARY KEY,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    town TEXT NOT NULL,
    council TEXT NOT NULL,
    list TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    postal_code TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE token (
    band INTEGER NOT NULL,
    key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    town TEXT NOT NULL,
    council TEXT NOT NULL,
    list TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    PRIMARY KEY (band, key, entry_id)
) WITHOUT ROWID;

CREATE TABLE number (
    digits TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (digits, entry_id)
) WITHOUT ROWID;
