"""Grant what a function in a firm needs in one gesture: several services, one grant each, kept together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation_rules import request_problems
from comptexpert_desktop.domain.firm import Template
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed
from comptexpert_desktop.usecases.delegations import bulk
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.outbox import queue_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores


LIKE = "like-"
"""Before the account of a colleague, the code of what is copied from them."""
MAX_DAYS = 730


def templates(stores: Stores, *, firm_id: str) -> tuple[Template, ...]:
    """List the templates of a firm, as its page was last read here."""
    found = firm.known(stores, firm_id=firm_id)
    return found.page.templates if found else ()


def colleagues(stores: Stores, *, firm_id: str) -> tuple[Template, ...]:
    """List what each collaborateur of a firm may do today, as a template by their name: to copy from."""
    found = firm.known(stores, firm_id=firm_id)
    rights = firm.rights_in(stores, firm_id=firm_id) if found else {}
    members = sorted(found.page.members, key=lambda one: (one.surname.casefold(), one.given_name)) if found else ()
    return tuple(
        Template(code=f"{LIKE}{one.account_id}", name=one.display_name, days=MAX_DAYS, grants=rights[one.account_id])
        for one in members
        if rights.get(one.account_id)
    )


def keep(stores: Stores, *, requested: Sequence[NewRequest], now: datetime, new_ids: Iterable[str]) -> Topics:
    """Queue every grant, or none; the first id names the gesture. Raises InvalidInput."""
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    stores.account.cipher()
    for request in requested:
        found = request_problems(request, today=day_in_france(now))
        if found:
            raise InvalidInput(found)
    name, *others = new_ids
    with stores.account.database.transaction():
        for request, new_id in zip(requested, others, strict=True):
            queue_request.add(stores.account, request=request, now=now, new_id=new_id, group=bulk.group_name(name))
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})
