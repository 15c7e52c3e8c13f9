-- What a person is told of changes that others made; `sealed` holds names. `is_shown` is whether the desktop said it.
-- Answers to a yearly review, chosen here and not confirmed by the server: codes and keys, no name.

CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    delegation_id TEXT NOT NULL DEFAULT '',
    is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1)),
    is_shown INTEGER NOT NULL DEFAULT 0 CHECK (is_shown IN (0, 1)),
    sealed BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX notice_by_time ON notice (at DESC, id);

CREATE TABLE review_answer (
    review_id TEXT NOT NULL,
    delegation_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('keep', 'end')),
    key TEXT NOT NULL UNIQUE,
    was_sent INTEGER NOT NULL DEFAULT 0 CHECK (was_sent IN (0, 1)),
    code TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (review_id, delegation_id)
) WITHOUT ROWID;
