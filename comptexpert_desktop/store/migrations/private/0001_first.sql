-- The private file of one account, or of the sign-ups made before any account.
-- Columns named `sealed`, `payload` and `answer` hold AES-GCM; the others stay readable without the key,
-- so that the status of unsent work can always be shown.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE account (
    server TEXT NOT NULL,
    account_id TEXT NOT NULL,
    login_id TEXT NOT NULL,
    is_current INTEGER NOT NULL DEFAULT 0 CHECK (is_current IN (0, 1)),
    PRIMARY KEY (server, account_id)
) WITHOUT ROWID;

CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    updated_at TEXT NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    delegation_id TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'unknown', 'sent', 'needs_you')),
    code TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT NOT NULL,
    progress TEXT NOT NULL DEFAULT '',
    payload BLOB,
    answer BLOB
) WITHOUT ROWID;

CREATE INDEX outbox_status ON outbox (status, next_attempt_at);
CREATE UNIQUE INDEX outbox_one_intent ON outbox (delegation_id)
    WHERE delegation_id <> '' AND status <> 'sent';

CREATE TABLE delegation (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    rank INTEGER NOT NULL,
    person TEXT NOT NULL,
    service TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    haystack TEXT NOT NULL,
    document TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX delegation_priority ON delegation (role, rank, requested_at);
