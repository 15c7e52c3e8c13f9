"""The documents that commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.clock import to_text
from comptexpert_desktop.domain.documents import write_delegation

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.registry import RegistryEntry
    from comptexpert_desktop.usecases.register import Verdict
    from comptexpert_desktop.usecases.status import StatusSummary


def outbox_entry(entry: OutboxEntry) -> dict[str, object]:
    """Describe an entry of the outbox."""
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "account": entry.account,
        "created_at": to_text(entry.created_at),
        "status": entry.status.value,
        "code": entry.code,
        "attempts": entry.attempts,
        "next_attempt_at": to_text(entry.next_attempt_at),
    }


def registry_entry(entry: RegistryEntry) -> dict[str, str]:
    """Describe a line of the registry."""
    return {
        "entry_id": entry.entry_id,
        "surname": entry.surname,
        "given_name": entry.given_name,
        "town": entry.town,
        "council": entry.council,
        "registration_number": entry.registration_number,
    }


def delegation_row(row: DelegationRow) -> dict[str, object]:
    """Describe a delegation, and what waits on this machine about it."""
    intent = row.intent
    return write_delegation(row.delegation) | {
        "role": row.role.value,
        "pending": None
        if intent is None
        else {
            "outbox_id": intent.outbox_id,
            "action": intent.action.value,
            "status": intent.status,
            "code": intent.code,
        },
    }


def summary(told: StatusSummary, *, network: str) -> dict[str, object]:
    """Describe where a turn left things."""
    return {
        "waiting": told.waiting,
        "needs_you": told.needs_you,
        "unsent_revocations": told.unsent_revocations,
        "signed_in": told.is_signed_in,
        "session": told.session_code,
        "vault": told.vault,
        "network": network,
        "last_sync": to_text(told.last_sync) if told.last_sync else None,
    }


def of_verdict(verdict: Verdict) -> tuple[dict[str, object], list[str]]:
    """Describe what an exported register is worth, as a document and as lines for people."""
    fault = verdict.fault
    document: dict[str, object] = {
        "ok": verdict.holds,
        "firm": verdict.firm,
        "lines": verdict.lines,
        "signature": verdict.signature,
        "first_bad_line": fault.line if fault else None,
        "code": fault.code if fault else None,
    }
    if fault is not None:
        where = f"line {fault.line}" if fault.line else "the end"
        return document, [f"{where}: {fault.code}"]
    return document, [f"{verdict.lines} lines hold, signature: {verdict.signature}"]
