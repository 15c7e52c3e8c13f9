"""What a line of the register is, how lines are chained, and how an export is sealed.

A line is the canonical JSON (sorted keys, no spaces, UTF-8) of its members without `digest`; its digest is the SHA-256
of that text, in hexadecimal. `previous` is the digest of the line before, nothing for the first. The end of an export
is `{firm, count, head}`, signed with the server's Ed25519 key over the canonical JSON, when the last line was written.

A line holds no text of a person: `data.said` holds a digest of each (the names of that day, the reason, the note), over
a salt and the text. Texts and salts stand beside the lines, in the export's `texts`; one that is erased leaves its
digest, from which nobody guesses it, and a chain that still holds.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comptexpert_server.audit.models import AuditEvent

    Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
    """By the number of a line and the name of a text: its `salt` and its `text`."""

COLUMNS = (
    "number",
    "at",
    "firm",
    "actor",
    "acting_for",
    "action",
    "object_id",
    "object_version",
    "data",
    "previous",
    "digest",
)


def canonical(document: object) -> str:
    """Write a document in its one spelling."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def members(event: AuditEvent) -> dict[str, Any]:
    """Give what a line's digest covers."""
    return {
        "number": event.number,
        "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "firm": _text(event.firm_id),
        "actor": _text(event.actor),
        "acting_for": _text(event.acting_for),
        "action": event.action,
        "object_id": event.object_id,
        "object_version": event.object_version,
        "data": event.data,
        "previous": event.previous,
    }


def link(event: AuditEvent) -> str:
    """Compute a line's digest."""
    return hashlib.sha256(canonical(members(event)).encode()).hexdigest()


def end_of(*, firm: str, count: int, head: str) -> dict[str, Any]:
    """Return what is signed of a register: a dropped last line or a rebuilt chain is seen."""
    return {"firm": firm, "count": count, "head": head}


def sealed_text(salt: str, text: str) -> str:
    """Compute what a line holds of a text."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def as_json(events: Iterable[AuditEvent], *, end: dict[str, Any], texts: Texts) -> str:
    """Write a register as one JSON document, a line of the register a line of text."""
    lines = ",\n".join(canonical({**members(event), "digest": event.digest}) for event in events)
    return f'{{"events":[\n{lines}\n],\n"texts":{canonical(texts)},\n"end":{canonical(end)}}}\n'


def as_csv(events: Iterable[AuditEvent], *, end: dict[str, Any]) -> str:
    """Write a register as CSV; the last line is the word `end` and the sealed members in JSON.

    It holds the lines alone, without the texts beside them. No cell can start a formula: identifiers, digests, codes
    and JSON objects only.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in events:
        line = {**members(event), "data": canonical(event.data), "digest": event.digest}
        writer.writerow(["" if line[column] is None else line[column] for column in COLUMNS])
    writer.writerow(["end", canonical(end)])
    return out.getvalue()


def _text(value: object) -> str | None:
    return None if value is None else str(value)
