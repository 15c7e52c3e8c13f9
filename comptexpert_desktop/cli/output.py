"""The documents that commands print."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.timestamps import to_text

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.registry import RegistryEntry
    from comptexpert_desktop.usecases.documents.register import Verdict
    from comptexpert_desktop.usecases.support.status import StatusSummary


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
    return codec.write(row.delegation) | {
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


def summary(summed: StatusSummary, *, network: str) -> dict[str, object]:
    """Describe where a turn left things."""
    return {
        "waiting": summed.waiting,
        "needs_you": summed.needs_you,
        "unsent_revocations": summed.unsent_revocations,
        "unsent_cuts": summed.unsent_cuts,
        "signed_in": summed.is_signed_in,
        "session": summed.session_code,
        "vault": summed.vault,
        "network": network,
        "files": [asdict(one) for one in summed.file_troubles],
        "clock": "CLOCK_SKEW" if summed.clock_is_wrong else "",
        "last_sync": to_text(summed.last_sync) if summed.last_sync else None,
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
