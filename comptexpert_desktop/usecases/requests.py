"""Queue a delegation request in the outbox of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation_rules import request_body
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus, Write
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.store.private import PrivateFile


def add(file: PrivateFile, *, request: NewRequest, now: datetime, new_id: str, group: str = "") -> None:
    """Queue a request or a grant, alone or of a gesture; doing it twice under one id queues one."""
    other = request.grantee or request.grantor_name
    subject = f"{request.service} · {other}" if other else request.service
    entry = OutboxEntry(
        id=OutboxId(new_id),
        kind=Kind.GRANT if request.grantee else Kind.REQUEST,
        account=file.account,
        subject=subject,
        delegation_id="",
        created_at=now,
        status=OutboxStatus.QUEUED,
        code="",
        attempts=0,
        next_attempt_at=now,
    )
    write = Write(method="POST", path="/delegations", body=request_body(request))
    outbox_store.add(file, entry=entry, write=write, about=group)
