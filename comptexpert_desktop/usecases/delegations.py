"""See, ask for and decide delegations; every decision is an intent until the server answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import DelegationPage
from comptexpert_desktop.domain.delegation_rules import (
    actions,
    covered_name,
    decision_body,
    decision_problems,
    request_problems,
)
from comptexpert_desktop.domain.documents import read_delegation, write_delegation
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus, Write
from comptexpert_desktop.domain.outbox_rules import REPLACEABLE, UNKNOWN_CODE
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, StoreDamaged, VaultError
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import requests, session
from comptexpert_desktop.usecases.turn import BULK

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import (
        Decision,
        Delegation,
        DelegationQuery,
        DelegationRow,
        NewRequest,
        Status,
    )
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.private import PrivateFile
    from comptexpert_desktop.store.stores import Stores

__all__ = [
    "actions",
    "ask",
    "count_by_status",
    "covered_name",
    "decide",
    "decided_on",
    "detail",
    "page",
    "queue_decision",
    "stretch",
    "unsent_requests",
]

SIGN_IN_FIRST = "SIGN_IN_FIRST"
SEEN = "seen"
"""In the extra part of a write: the delegation as the person saw it, to tell later what moved."""


def page(stores: Stores, *, query: DelegationQuery, limit: int, offset: int) -> DelegationPage:
    """Read a stretch of the review table; empty when nobody is signed in."""
    if stores.account is None:
        return DelegationPage(total=0, rows=())
    return delegation_store.page(stores.account, query=query, limit=limit, offset=offset)


def stretch(stores: Stores, *, query: DelegationQuery, limit: int, offset: int) -> tuple[DelegationRow, ...]:
    """Read a stretch of the review table without counting the whole."""
    if stores.account is None:
        return ()
    return delegation_store.stretch(stores.account, query=query, limit=limit, offset=offset)


def count_by_status(stores: Stores, *, query: DelegationQuery) -> dict[Status, int]:
    """Count what a query finds in each state, whatever the states that it names."""
    if stores.account is None:
        return {}
    return delegation_store.count_by_status(stores.account, query=query)


def detail(stores: Stores, *, delegation_id: str) -> DelegationRow | None:
    """Read one delegation."""
    if stores.account is None:
        return None
    return delegation_store.find(stores.account, delegation_id=delegation_id)


def unsent_requests(stores: Stores) -> tuple[OutboxEntry, ...]:
    """List the requests and grants that the server does not know yet."""
    if stores.account is None:
        return ()
    made_here = (Kind.REQUEST, Kind.GRANT)
    return tuple(entry for entry in outbox_store.unsent(stores.account) if entry.kind in made_here)


def ask(stores: Stores, *, request: NewRequest, now: datetime, new_id: str) -> Topics:
    """Queue a delegation request; raises InvalidInput."""
    found = request_problems(request, today=now.date())
    if found:
        raise InvalidInput(found)
    requests.add(_signed_in(stores), request=request, now=now, new_id=new_id)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def decide(stores: Stores, *, delegation_id: str, decision: Decision, now: datetime, new_id: str) -> Topics:
    """Queue a decision about the version that is known here; raises NotAllowed or InvalidInput.

    It takes the place of a decision about the same delegation that has not left yet.
    """
    file = _signed_in(stores)
    row = delegation_store.find(file, delegation_id=delegation_id)
    me = session.current(stores)
    if row is None or me is None:
        raise NotAllowed("DEL_UNKNOWN" if row is None else SIGN_IN_FIRST)
    why_not = actions(row, me=me, today=now.date())[decision.action]
    if why_not is not None:
        raise NotAllowed(why_not)
    found = decision_problems(decision)
    if found:
        raise InvalidInput(found)
    return queue_decision(stores, row=row, decision=decision, now=now, new_id=new_id)


def queue_decision(
    stores: Stores, *, row: DelegationRow, decision: Decision, now: datetime, new_id: str, group: str = ""
) -> Topics:
    """Queue a decision that was found to be allowed; those of one group travel together."""
    file = _signed_in(stores)
    delegation_id = row.delegation.id
    entry = OutboxEntry(
        id=OutboxId(new_id),
        kind=Kind(decision.action.value),
        account=file.account,
        subject=f"{row.delegation.service} · {row.delegation.grantee.display_name}",
        delegation_id=delegation_id,
        created_at=now,
        status=OutboxStatus.QUEUED,
        code="",
        attempts=0,
        next_attempt_at=now,
    )
    extra: dict[str, object] = {SEEN: write_delegation(row.delegation)}
    write = Write(
        method="POST",
        path=f"/delegations/{delegation_id}/{decision.action.value}",
        body=decision_body(decision),
        if_match=row.delegation.version,
        extra=extra | ({BULK: group} if group else {}),
    )
    _replace_intent(file, entry=entry, write=write, about=group)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def decided_on(stores: Stores, *, outbox_id: str) -> Delegation | None:
    """Read the delegation as it was when a person decided on it; None when that cannot be read any more."""
    if stores.account is None:
        return None
    try:
        _, write = outbox_store.write_of(stores.account, outbox_id=outbox_id)
        seen = write.extra.get(SEEN)
        return read_delegation(seen) if isinstance(seen, dict) else None
    except (StoreDamaged, VaultError, KeyError, TypeError, ValueError):
        return None


def _replace_intent(file: PrivateFile, *, entry: OutboxEntry, write: Write, about: str) -> None:
    with file.database.transaction():
        before = outbox_store.intent_of(file, delegation_id=entry.delegation_id)
        if before is not None and before.id != entry.id:
            if before.status not in REPLACEABLE:
                raise NotAllowed(UNKNOWN_CODE)
            outbox_store.delete(file, outbox_id=before.id)
        outbox_store.add(file, entry=entry, write=write, about=about)


def _signed_in(stores: Stores) -> PrivateFile:
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    stores.account.cipher()
    return stores.account
