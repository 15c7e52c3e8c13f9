"""The outbox table: every write of a person, kept before it is shown as done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import TYPES, delegation_of, kind_of
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus
from comptexpert_desktop.domain.timestamps import from_text, optional_time, to_text
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import SealBroken, VaultError
from comptexpert_desktop.store import bulk, older_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.outbox_rules import Outcome
    from comptexpert_desktop.store.account_file import PrivateFile

_PAYLOAD = "payload"
_ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SignupRow:
    """A queued sign-up, and how far the server says that it went."""

    entry: OutboxEntry
    profile: str
    progress: str


def add(
    file: PrivateFile,
    command: Command,
    *,
    outbox_id: str,
    subject: str,
    now: datetime,
    about: str = "",
    key: str = "",
    due: datetime | None = None,
) -> bool:
    """Queue a command; False when this id was queued before. Raises a VaultError when it cannot be sealed.

    `about` names what it belongs to; the key is the id, unless what is asked was asked before under another. It leaves
    from `due` on, which survives the end of the program; at once without it.
    """
    changed = file.database.execute(
        "INSERT INTO outbox (id, key, kind, account, subject, about, delegation_id, created_at, status,"
        " next_attempt_at, payload) VALUES (:id, :key, :kind, :account, :subject, :about, :delegation_id,"
        " :now, 'queued', :due, :payload) ON CONFLICT (id) DO NOTHING",
        {
            "id": outbox_id,
            "key": key or outbox_id,
            "kind": kind_of(command).value,
            "account": file.account,
            "subject": subject,
            "about": about,
            "delegation_id": delegation_of(command),
            "now": to_text(now),
            "due": to_text(due or now),
            "payload": _seal(file, outbox_id=outbox_id, command=command),
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


def delete_answer(file: PrivateFile, *, outbox_id: str, code: str) -> None:
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


def waiting_about(file: PrivateFile, *, about: str, kind: Kind) -> OutboxEntry | None:
    """Read the entry of a kind that waits about something."""
    row = file.database.one(
        "SELECT * FROM outbox WHERE about = :about AND kind = :kind AND status IN ('queued', 'sending', 'unknown')",
        {"about": about, "kind": kind.value},
    )
    return None if row is None else _entry(file, row)


def newest_about(file: PrivateFile, *, about: str) -> OutboxEntry | None:
    """Read the newest entry about something that the server has not carried out."""
    row = file.database.one(
        "SELECT * FROM outbox WHERE about = :about AND status <> 'sent' ORDER BY created_at DESC, id LIMIT 1",
        {"about": about},
    )
    return None if row is None else _entry(file, row)


def give_up(file: PrivateFile, *, about: str) -> list[str]:
    """Forget what has not left this machine of what belongs together; return their ids."""
    found = file.database.rows(
        "SELECT id FROM outbox WHERE about = :about AND status = 'queued' AND attempts = 0", {"about": about}
    )
    ids = [str(row["id"]) for row in found]
    for outbox_id in ids:
        file.database.execute("DELETE FROM outbox WHERE id = :id", {"id": outbox_id})
    return ids


def signups(file: PrivateFile) -> list[SignupRow]:
    """Read the sign-ups, the newest first."""
    rows = file.database.rows("SELECT * FROM outbox WHERE kind = 'signup' ORDER BY created_at DESC, id")
    return [SignupRow(_entry(file, row), profile=row["about"], progress=row["progress"]) for row in rows]


def command_of(file: PrivateFile, *, outbox_id: str) -> Sending:
    """Read what an entry sends, and under which key; raises SealBroken when it cannot be read."""
    row = file.database.one("SELECT * FROM outbox WHERE id = :id", {"id": outbox_id})
    if row is None or row["payload"] is None:
        raise SealBroken("STORE_PAYLOAD_GONE")
    document = file.unseal(row["payload"], kind=_PAYLOAD, name=outbox_id)
    kind = Kind(row["kind"])
    try:
        if older_rows.is_older(document):
            command = older_rows.read(document, kind=kind, delegation_id=row["delegation_id"], profile=row["about"])
        else:
            command = codec.read(TYPES[kind], document)
    except MALFORMED as error:
        raise SealBroken("STORE_PAYLOAD_GONE") from error
    return Sending(str(row["key"]), command)


def mark(file: PrivateFile, *, outbox_id: str, status: OutboxStatus, code: str = "") -> None:
    """Set where an entry stands."""
    file.database.execute(
        "UPDATE outbox SET status = :status, code = :code WHERE id = :id",
        {"id": outbox_id, "status": status.value, "code": code},
    )


def postpone(file: PrivateFile, *, outbox_id: str, until: datetime) -> None:
    """Let an entry wait; nothing else of it changes."""
    file.database.execute(
        "UPDATE outbox SET next_attempt_at = :until WHERE id = :id", {"id": outbox_id, "until": to_text(until)}
    )


def settle(file: PrivateFile, *, outbox_id: str, outcome: Outcome, answer: Mapping[str, Any] | None = None) -> None:
    """Write what an attempt came to; `answer` is what the server said."""
    sealed = None if answer is None else file.seal(answer, kind=_ANSWER, name=outbox_id)
    file.database.execute(
        "UPDATE outbox SET status = :status, code = :code, attempts = :attempts,"
        " next_attempt_at = :next_attempt_at, answer = coalesce(:answer, answer),"
        " again_at = CASE :status WHEN 'sent' THEN '' ELSE again_at END, faults = :faults,"
        " is_uncertain = :is_uncertain WHERE id = :id",
        {
            "id": outbox_id,
            "status": outcome.status.value,
            "code": outcome.code,
            "attempts": outcome.attempts,
            "next_attempt_at": to_text(outcome.next_attempt_at),
            "answer": sealed,
            "faults": outcome.faults,
            "is_uncertain": int(outcome.is_uncertain),
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


def rewrite(file: PrivateFile, *, outbox_id: str, command: Command, key: str | None = None) -> None:
    """Replace what an entry sends. A new key makes it a new write for the server."""
    file.database.execute(
        "UPDATE outbox SET payload = :payload, key = coalesce(:key, key) WHERE id = :id",
        {"id": outbox_id, "payload": _seal(file, outbox_id=outbox_id, command=command), "key": key},
    )


def requeue(file: PrivateFile, *, outbox_id: str, now: datetime, key: str | None) -> None:
    """Put an entry back in the queue, now; created again as far as its age is concerned."""
    file.database.execute(
        "UPDATE outbox SET status = CASE is_uncertain WHEN 1 THEN 'unknown' ELSE 'queued' END, code = '', attempts = 0,"
        " next_attempt_at = :now, created_at = :now, again_at = '', faults = 0, is_uncertain = 0,"
        " key = coalesce(:key, key) WHERE id = :id",
        {"id": outbox_id, "now": to_text(now), "key": key},
    )


def make_due(file: PrivateFile, *, now: datetime) -> bool:
    """Let everything that waits leave with the next turn, but what is held to be taken back; tell whether it waited."""
    changed = file.database.execute(
        "UPDATE outbox SET next_attempt_at = :now"
        " WHERE status IN ('queued', 'sending', 'unknown') AND next_attempt_at > :now"
        " AND NOT (status = 'queued' AND attempts = 0 AND code = '')",
        {"now": to_text(now)},
    )
    return changed > 0


def taken_before(file: PrivateFile, *, before: datetime, signups_before: datetime) -> list[OutboxEntry]:
    """Read what the server took before a moment: `next_attempt_at` of what was sent is when it answered."""
    rows = file.database.rows(
        "SELECT * FROM outbox WHERE status = 'sent'"
        " AND next_attempt_at < CASE kind WHEN 'signup' THEN :signups_before ELSE :before END",
        {"before": to_text(before), "signups_before": to_text(signups_before)},
    )
    return [_entry(file, row) for row in rows]


def delete(file: PrivateFile, *, outbox_id: str) -> None:
    """Forget an entry, the secrets that were kept about it, and what waits about it alone."""
    file.database.execute("DELETE FROM outbox WHERE id = :id", {"id": outbox_id})
    file.database.execute("DELETE FROM outbox WHERE about = 'signup/' || :id AND status = 'queued'", {"id": outbox_id})
    file.database.execute("UPDATE review_answer SET was_sent = 0 WHERE key = :id", {"id": outbox_id})
    file.database.execute("DELETE FROM secret WHERE name IN ('claim/' || :id, 'escalation/' || :id)", {"id": outbox_id})


def _seal(file: PrivateFile, *, outbox_id: str, command: Command) -> bytes:
    return file.seal(codec.write(command), kind=_PAYLOAD, name=outbox_id)


def _entry(file: PrivateFile, row: sqlite3.Row) -> OutboxEntry:
    return OutboxEntry(
        id=OutboxId(row["id"]),
        kind=Kind(row["kind"]),
        account=row["account"],
        subject=row["subject"],
        delegation_id=row["delegation_id"],
        created_at=from_text(row["created_at"]),
        status=OutboxStatus(row["status"]),
        code=older_rows.code_of_today(row["code"]),
        attempts=row["attempts"],
        next_attempt_at=from_text(row["next_attempt_at"]),
        answer=_answer(file, row),
        again_at=optional_time(row["again_at"]),
        faults=row["faults"],
        is_uncertain=bool(row["is_uncertain"]),
        group=row["about"] if row["about"].startswith(bulk.PREFIX) else "",
    )


def _answer(file: PrivateFile, row: sqlite3.Row) -> dict[str, object]:
    if row["answer"] is None:
        return {}
    try:
        return file.unseal(row["answer"], kind=_ANSWER, name=row["id"])
    except (VaultError, SealBroken):
        return {}
