-- What screens read: rows of the server, and over each the intent that waits on this machine.

CREATE TEMP VIEW delegation_row AS
SELECT
    delegation.number,
    delegation.id,
    delegation.role,
    delegation_document.document,
    outbox.id AS intent_id,
    outbox.kind AS intent_kind,
    outbox.status AS intent_status,
    outbox.code AS intent_code
FROM delegation
JOIN delegation_document ON delegation_document.number = delegation.number
LEFT JOIN outbox ON outbox.delegation_id = delegation.id AND outbox.delegation_id <> '' AND outbox.status <> 'sent';
