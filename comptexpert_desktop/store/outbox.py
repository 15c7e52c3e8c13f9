"""The outbox table: every write of a person, kept before it is shown as done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.clock import from_text, optional_time, to_text
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus, Write
from comptexpert_desktop.errors import StoreDamaged, VaultError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.outbox_rules import Outcome
    from comptexpert_desktop.store.private import PrivateFile

_PAYLOAD = "payload"
_ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SignupRow:
    """A queued sign-up, and how far the server says that it went."""

    entry: OutboxEntry
    profile: str
    progress: str


def add(file: PrivateFile, *, entry: OutboxEntry, write: Write, key: str | None = None, about: str = "") -> bool:
    """Queue a write; False when this id was queued before. Raises a VaultError when it cannot be sealed."""
    changed = file.database.execute(
        "INSERT INTO outbox (id, key, kind, account, subject, about, delegation_id, created_at, status,"
        " next_attempt_at, payload) VALUES (:id, :key, :kind, :account, :subject, :about, :delegation_id,"
        " :created_at, :status, :next_attempt_at, :payload) ON CONFLICT (id) DO NOTHING",
        {
            "id": entry.id,
            "key": key or entry.id,
            "kind": entry.kind.value,
            "account": file.account,
            "subject": entry.subject,
            "about": about,
            "delegation_id": entry.delegation_id,
            "created_at": to_text(entry.created_at),
            "status": entry.status.value,
            "next_attempt_at": to_text(entry.next_attempt_at),
            "payload": _seal_write(file, outbox_id=entry.id, write=write),
        },
    )
    return changed == 1


def every(file: PrivateFile) -> list[OutboxEntry]:
    """Read all entries, the newest first; answers too when the vault is open."""
    return [_entry(file, row) for row in file.database.rows("SELECT * FROM outbox ORDER BY created_at DESC, id")]


def find(file: PrivateFile, *, outbox_id: str) -> OutboxEntry | None:
    """Read one entry."""
    row = file.database.one("SELECT * FROM outbox WHERE id = :id", {"id": outbox_id})
    return None if row is None else _entry(file, row)


def offer_again(file: PrivateFile, *, outbox_id: str, code: str, now: datetime) -> None:
    """Put back in the queue, under its key, what the server had taken; what is not kept any more stays sent."""
    file.database.execute(
        "UPDATE outbox SET status = 'queued', code = :code, attempts = 0, next_attempt_at = :now, again_at = :now"
        " WHERE id = :id AND status = 'sent' AND payload IS NOT NULL",
        {"id": outbox_id, "code": code, "now": to_text(now)},
    )


def doubt(file: PrivateFile, *, outbox_id: str, now: datetime | None) -> None:
    """Note since when the server is asked whether it still knows a sign-up; None once it answered."""
    again_at = "" if now is None else to_text(now)
    file.database.execute(
        "UPDATE outbox SET again_at = :again_at WHERE id = :id", {"id": outbox_id, "again_at": again_at}
    )


def forget_answer(file: PrivateFile, *, outbox_id: str, code: str) -> None:
    """Ask the person for what the server had taken and does not know any more."""
    file.database.execute(
        "UPDATE outbox SET status = 'needs_you', code = :code, progress = '', answer = NULL WHERE id = :id",
        {"id": outbox_id, "code": code},
    )
    file.database.execute("DELETE FROM secret WHERE name = 'claim/' || :id", {"id": outbox_id})


def unsent(file: PrivateFile) -> list[OutboxEntry]:
    """Read what has not reached the server."""
    rows = file.database.rows("SELECT * FROM outbox WHERE status <> 'sent' ORDER BY created_at, id")
    return [_entry(file, row) for row in rows]


def intent_of(file: PrivateFile, *, delegation_id: str) -> OutboxEntry | None:
    """Read the entry that waits about a delegation."""
    row = file.database.one(
        "SELECT * FROM outbox WHERE delegation_id = :id AND status <> 'sent'", {"id": delegation_id}
    )
    return None if row is None else _entry(file, row)


def signups(file: PrivateFile) -> list[SignupRow]:
    """Read the sign-ups, the newest first."""
    rows = file.database.rows("SELECT * FROM outbox WHERE kind = 'signup' ORDER BY created_at DESC, id")
    return [SignupRow(_entry(file, row), profile=row["about"], progress=row["progress"]) for row in rows]


def write_of(file: PrivateFile, *, outbox_id: str) -> tuple[str, Write]:
    """Read what an entry sends, and under which key; raises StoreDamaged when its seal cannot be opened."""
    row = file.database.one("SELECT key, payload FROM outbox WHERE id = :id", {"id": outbox_id})
    if row is None or row["payload"] is None:
        raise StoreDamaged("STORE_PAYLOAD_GONE")
    document = file.unseal(row["payload"], kind=_PAYLOAD, name=outbox_id)
    return str(row["key"]), Write(
        method=str(document["method"]),
        path=str(document["path"]),
        body=dict(document["body"]),
        if_match=document.get("if_match"),
        extra=dict(document.get("extra") or {}),
    )


def mark(file: PrivateFile, *, outbox_id: str, status: OutboxStatus, code: str = "") -> None:
    """Set where an entry stands."""
    file.database.execute(
        "UPDATE outbox SET status = :status, code = :code WHERE id = :id",
        {"id": outbox_id, "status": status.value, "code": code},
    )


def settle(file: PrivateFile, *, outbox_id: str, outcome: Outcome, answer: Mapping[str, Any] | None = None) -> None:
    """Write what an attempt came to; `answer` is what the server said."""
    sealed = None if answer is None else file.seal(answer, kind=_ANSWER, name=outbox_id)
    file.database.execute(
        "UPDATE outbox SET status = :status, code = :code, attempts = :attempts,"
        " next_attempt_at = :next_attempt_at, answer = coalesce(:answer, answer),"
        " again_at = CASE :status WHEN 'sent' THEN '' ELSE again_at END WHERE id = :id",
        {
            "id": outbox_id,
            "status": outcome.status.value,
            "code": outcome.code,
            "attempts": outcome.attempts,
            "next_attempt_at": to_text(outcome.next_attempt_at),
            "answer": sealed,
        },
    )


def set_answer(file: PrivateFile, *, outbox_id: str, answer: Mapping[str, Any]) -> None:
    """Keep what the server said of an entry."""
    file.database.execute(
        "UPDATE outbox SET answer = :answer WHERE id = :id",
        {"id": outbox_id, "answer": file.seal(answer, kind=_ANSWER, name=outbox_id)},
    )


def set_progress(file: PrivateFile, *, outbox_id: str, progress: str) -> None:
    """Keep how far a sign-up went on the server."""
    file.database.execute(
        "UPDATE outbox SET progress = :progress WHERE id = :id", {"id": outbox_id, "progress": progress}
    )


def rewrite(file: PrivateFile, *, outbox_id: str, write: Write | None, key: str | None = None) -> None:
    """Replace what an entry sends; None erases it. A new key makes it a new write for the server."""
    payload = None if write is None else _seal_write(file, outbox_id=outbox_id, write=write)
    file.database.execute(
        "UPDATE outbox SET payload = :payload, key = coalesce(:key, key) WHERE id = :id",
        {"id": outbox_id, "payload": payload, "key": key},
    )


def requeue(file: PrivateFile, *, outbox_id: str, now: datetime, key: str | None) -> None:
    """Put an entry back in the queue, now; created again as far as its age is concerned."""
    file.database.execute(
        "UPDATE outbox SET status = 'queued', code = '', attempts = 0, next_attempt_at = :now,"
        " created_at = :now, again_at = '', key = coalesce(:key, key) WHERE id = :id",
        {"id": outbox_id, "now": to_text(now), "key": key},
    )


def forget_sent(file: PrivateFile, *, before: datetime, signups_before: datetime) -> int:
    """Forget what the server took long ago; sign-ups are kept longer, to be followed. Returns how many."""
    return file.database.execute(
        "DELETE FROM outbox WHERE status = 'sent'"
        " AND created_at < CASE kind WHEN 'signup' THEN :signups_before ELSE :before END",
        {"before": to_text(before), "signups_before": to_text(signups_before)},
    )


def delete(file: PrivateFile, *, outbox_id: str) -> None:
    """Forget an entry, and the secrets that were kept about it."""
    file.database.execute("DELETE FROM outbox WHERE id = :id", {"id": outbox_id})
    file.database.execute("DELETE FROM secret WHERE name IN ('claim/' || :id, 'escalation/' || :id)", {"id": outbox_id})


def _seal_write(file: PrivateFile, *, outbox_id: str, write: Write) -> bytes:
    document = {
        "method": write.method,
        "path": write.path,
        "body": write.body,
        "if_match": write.if_match,
        "extra": write.extra,
    }
    return file.seal(document, kind=_PAYLOAD, name=outbox_id)


def _entry(file: PrivateFile, row: sqlite3.Row) -> OutboxEntry:
    return OutboxEntry(
        id=OutboxId(row["id"]),
        kind=Kind(row["kind"]),
        account=row["account"],
        subject=row["subject"],
        delegation_id=row["delegation_id"],
        created_at=from_text(row["created_at"]),
        status=OutboxStatus(row["status"]),
        code=row["code"],
        attempts=row["attempts"],
        next_attempt_at=from_text(row["next_attempt_at"]),
        answer=_answer(file, row),
        again_at=optional_time(row["again_at"]),
    )


def _answer(file: PrivateFile, row: sqlite3.Row) -> dict[str, object]:
    if row["answer"] is None:
        return {}
    try:
        return file.unseal(row["answer"], kind=_ANSWER, name=row["id"])
    except (VaultError, StoreDamaged):
        return {}
