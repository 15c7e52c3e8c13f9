"""Queue a delegation request in the outbox of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation_rules import ask_or_grant
from comptexpert_desktop.store import outbox as outbox_store

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.store.account_file import PrivateFile


def add(file: PrivateFile, *, request: NewRequest, now: datetime, new_id: str, group: str = "") -> None:
    """Queue a request or a grant, alone or of a gesture; doing it twice under one id queues one."""
    other = request.grantee or request.grantor_name
    subject = f"{request.service} · {other}" if other else request.service
    outbox_store.add(file, ask_or_grant(request), outbox_id=new_id, subject=subject, now=now, about=group)
