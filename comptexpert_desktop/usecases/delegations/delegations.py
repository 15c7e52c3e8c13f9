"""See, ask for and decide delegations; every decision is an intent until the server answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import Decide
from comptexpert_desktop.domain.delegation import DelegationPage
from comptexpert_desktop.domain.delegation_rules import (
    actions,
    covered_name,
    decision_problems,
    request_problems,
)
from comptexpert_desktop.domain.delegation_rules import decide as command_of_decision
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.outbox_rules import UNKNOWN_CODE, is_replaceable
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, SealBroken, VaultError
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.outbox import queue_request
from comptexpert_desktop.usecases.session import session

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
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
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
HOLD = timedelta(seconds=6)
"""How long a decision that was taken without a question stays here, so that it may be taken back."""


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
    found = request_problems(request, today=day_in_france(stores.heard.server_time(now) or now))
    if found:
        raise InvalidInput(found)
    queue_request.add(_signed_in(stores), request=request, now=now, new_id=new_id)
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def decide(
    stores: Stores,
    *,
    delegation_id: str,
    decision: Decision,
    now: datetime,
    new_id: str,
    hold: timedelta = timedelta(0),
) -> Topics:
    """Queue a decision about the version that is known here; raises NotAllowed or InvalidInput.

    It takes the place of a decision about the same delegation that has not left yet, and leaves after `hold`.
    """
    file = _signed_in(stores)
    row = delegation_store.find(file, delegation_id=delegation_id)
    me = session.current(stores)
    if row is None or me is None:
        raise NotAllowed("DEL_UNKNOWN" if row is None else SIGN_IN_FIRST)
    why_not = actions(row, me=me, today=day_in_france(stores.heard.server_time(now) or now))[decision.action]
    if why_not is not None:
        raise NotAllowed(why_not)
    found = decision_problems(decision)
    if found:
        raise InvalidInput(found)
    return queue_decision(stores, row=row, decision=decision, now=now, new_id=new_id, due=now + hold)


def queue_decision(
    stores: Stores,
    *,
    row: DelegationRow,
    decision: Decision,
    now: datetime,
    new_id: str,
    group: str = "",
    due: datetime | None = None,
) -> Topics:
    """Queue a decision that was found to be allowed; those of one group travel together."""
    file = _signed_in(stores)
    about = row.delegation
    with file.database.transaction():
        before = outbox_store.intent_of(file, delegation_id=about.id)
        if before is not None and before.id != new_id:
            if not is_replaceable(before):
                raise NotAllowed(UNKNOWN_CODE)
            outbox_store.delete(file, outbox_id=before.id)
        outbox_store.add(
            file,
            command_of_decision(decision, about=about, gesture=group),
            outbox_id=new_id,
            subject=f"{about.service} · {about.grantee.display_name}",
            now=now,
            about=group,
            due=due,
        )
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


def decided_on(stores: Stores, *, outbox_id: str) -> Delegation | None:
    """Read the delegation as it was when a person decided on it; None when that cannot be read any more."""
    if stores.account is None:
        return None
    try:
        command = outbox_store.command_of(stores.account, outbox_id=outbox_id).command
    except (SealBroken, VaultError):
        return None
    return command.seen if isinstance(command, Decide) else None


def _signed_in(stores: Stores) -> PrivateFile:
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    stores.account.cipher()
    return stores.account
