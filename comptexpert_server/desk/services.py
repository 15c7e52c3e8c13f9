"""Escalation files: opened after a refusal, corrected when the entry is, closed by an operator otherwise."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.accounts.identification import PER_ENTRY
from comptexpert_server.accounts.services import digest
from comptexpert_server.audit.services import record
from comptexpert_server.desk.models import MEMBERS, Correction, Escalation, FileStatus
from comptexpert_server.web.limits import Limit, clear, consume
from comptexpert_server.web.problems import ProblemError, too_many

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.registry.models import RegistryEntry

FILES_PER_ENTRY = Limit(name="escalation-entry", count=10, window=timedelta(hours=24))
RETENTION = timedelta(days=365)
REASON_RETENTION = timedelta(days=3 * 365)
"""How long the reason of an act of the desk is kept; its event in the register stays without it."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is read for another on paper."""


def open_file(entry: RegistryEntry, *, code: str, message: str, at: datetime) -> tuple[Escalation, str] | ProblemError:
    """Open a file; give it with its claim, or the refusal when the entry has many."""
    wait = consume(FILES_PER_ENTRY, subject=str(entry.pk), now=at)
    if wait:
        return too_many("TOO_MANY_REQUESTS", retry_after=wait)
    claim = secrets.token_urlsafe(32)
    file = Escalation.objects.create(
        reference=new_reference(), claim_digest=digest(claim), entry=entry, code=code, message=message, opened_at=at
    )
    return file, claim


def new_reference() -> str:
    """Make a reference that can be read out on the telephone."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"DR-{letters[:4]}-{letters[4:]}"


def entry_amended(entry: RegistryEntry, *, members: Collection[str], at: datetime) -> int:
    """Close as corrected the files that waited for one of these members; give their number.

    Only a change closes a file, never the state that it finds: else a file would tell a stranger what the entry holds.
    """
    if "date_of_birth" in members:
        clear(PER_ENTRY, subject=str(entry.pk))  # the tries were counted against a date that was wrong
    causes = [cause for cause, member in MEMBERS.items() if member in members and getattr(entry, member)]
    waiting = Escalation.objects.filter(entry=entry, status=FileStatus.OPEN, code__in=causes)
    return waiting.update(status=FileStatus.CORRECTED, closed_at=at) if causes else 0


def close_file(file: Escalation, *, answer: str, operator: UUID, at: datetime) -> bool:
    """Close a file without correction, and tell its author why; false when it no longer was open."""
    with transaction.atomic():
        waiting = Escalation.objects.filter(pk=file.pk, status=FileStatus.OPEN)
        if not waiting.update(status=FileStatus.CLOSED, answer=answer, closed_at=at):
            return False
        record(firm_id=None, at=at, actor=operator, action="escalation.closed", object_id=str(file.pk))
    return True


def delete_old_reasons(*, now: datetime) -> int:
    """Empty the reasons of what the desk did years ago: they may name somebody."""
    return Correction.objects.exclude(reason="").filter(made_at__lt=now - REASON_RETENTION).update(reason="")


def delete_old_files(*, now: datetime) -> int:
    """Delete the files that ended a year ago."""
    return Escalation.objects.exclude(status=FileStatus.OPEN).filter(closed_at__lt=now - RETENTION).delete()[0]
