"""The delegation requests prepared inside a sign-up: they leave once the person has signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.domain.documents import read_entry
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.outbox_rules import next_key
from comptexpert_desktop.errors import StoreDamaged, VaultError
from comptexpert_desktop.store import drafts as draft_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import requests

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import Write
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores

WAITING = "first_requests"
_GRANTOR = "grantor"


def waiting(write: Write) -> dict[str, object]:
    """Take from a sign-up what must outlive its payload."""
    draft = write.extra.get("draft")
    if not isinstance(draft, dict) or not draft.get("first_requests") or not draft.get("grantor"):
        return {}
    return {WAITING: draft["first_requests"], _GRANTOR: draft["grantor"]}


def queue(stores: Stores, *, account: PrivateFile, me: Me, now: datetime) -> None:
    """Queue, for the account, the requests of the sign-up that made it.

    Their ids derive from the sign-up's, so that a crash in between cannot make two.
    """
    for file in stores.signup_files:
        for row in outbox_store.signups(file):
            if row.entry.status is not OutboxStatus.SENT:
                continue
            if row.entry.answer.get("login_id") != me.account.login_id:
                continue
            write = _write_of(file, outbox_id=row.entry.id)
            if write is None or WAITING not in write.extra:
                continue
            for rank, request in enumerate(_requests(write.extra)):
                outbox_id = next_key(row.entry.id, reason=f"first-request/{rank}")
                requests.add(account, request=request, now=now, new_id=outbox_id)
            left = {name: value for name, value in write.extra.items() if name not in (WAITING, _GRANTOR)}
            outbox_store.rewrite(file, outbox_id=row.entry.id, write=replace(write, extra=left))


def _write_of(file: PrivateFile, *, outbox_id: str) -> Write | None:
    try:
        return outbox_store.write_of(file, outbox_id=outbox_id)[1]
    except (StoreDamaged, VaultError):
        return None


def _requests(extra: dict[str, Any]) -> list[NewRequest]:
    grantor = read_entry(extra[_GRANTOR])
    return [
        NewRequest(
            service=request.service,
            rights=request.rights,
            grantor_entry_id=grantor.entry_id,
            grantor_name=f"{grantor.given_name} {grantor.surname.upper()}".strip(),
            firm_id="",
            reason=request.reason,
            valid_until=request.valid_until,
        )
        for request in map(draft_store.read_first_request, extra[WAITING])
    ]
