-- The review table apart from the documents: what filters and sorts 100,000 lines never reads a document.
-- Lines are numbered, so that an index carries four bytes a line and not an id.

ALTER TABLE delegation RENAME TO delegation_before;
DROP INDEX delegation_priority;

CREATE TABLE delegation (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    rank INTEGER NOT NULL,
    person TEXT NOT NULL,
    service TEXT NOT NULL,
    firm TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    haystack TEXT NOT NULL
);

CREATE TABLE delegation_document (
    number INTEGER PRIMARY KEY REFERENCES delegation (number) ON DELETE CASCADE,
    document TEXT NOT NULL
);

INSERT INTO delegation (id, version, role, status, rank, person, service, firm, valid_until, requested_at, haystack)
SELECT id, json_extract(document, '$.version'), role, status, rank, person, service,
    lower(coalesce(json_extract(document, '$.firm.name'), '')), valid_until, requested_at, haystack
FROM delegation_before
ORDER BY id;

INSERT INTO delegation_document (number, document)
SELECT delegation.number, delegation_before.document
FROM delegation JOIN delegation_before ON delegation_before.id = delegation.id;

DROP TABLE delegation_before;

-- Each order of the screen reads its own index and nothing else, filtered by state or not.
CREATE INDEX delegation_by_priority ON delegation (role, rank, requested_at DESC, status);
CREATE INDEX delegation_by_status ON delegation (role, rank, status);
CREATE INDEX delegation_by_person ON delegation (role, person, rank, status);
CREATE INDEX delegation_by_service ON delegation (role, service, person, rank, status);
CREATE INDEX delegation_by_firm ON delegation (role, firm, person, rank, status);
CREATE INDEX delegation_by_end ON delegation (role, valid_until, rank, status);
CREATE INDEX delegation_by_request ON delegation (role, requested_at, rank, status);
