"""What the delegation screens ask of the store, each in one go on the store worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.domain.delegation import Delegation, DelegationQuery, DelegationRow, Firm
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.presentation.delegations.groups import Group
    from comptexpert_desktop.usecases.ports import Stores


PAGE = 80
"""Rows a page of the list of delegations."""


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """One page of what a query found."""

    rows: tuple[DelegationRow, ...]
    total: int
    page: int
    labels: Labels
    firms: tuple[Firm, ...] = ()
    """Of the person who is signed in."""


def desk(stores: Stores, *, query: DelegationQuery, page: int) -> DeskAnswer:
    """Read a page of the table; the first one when that page is gone."""
    found = delegations.page(stores, query=query, limit=PAGE, offset=page * PAGE)
    if page and not found.rows:
        page, found = 0, delegations.page(stores, query=query, limit=PAGE, offset=0)
    labels, me = Labels(catalogue.current(stores)), session.current(stores)
    firms = me.firms if me else ()
    return DeskAnswer(rows=tuple(found.rows), total=found.total, page=page, labels=labels, firms=firms)


def counts(stores: Stores, *, query: DelegationQuery, groups: Sequence[Group]) -> dict[str, int]:
    """Count what stands in each group of states, whatever the group that is shown."""
    found = delegations.count_by_status(stores, query=query)
    return {
        group.key: sum(many for status, many in found.items() if not group.statuses or status in group.statuses)
        for group in groups
    }


def rows(stores: Stores, *, query: DelegationQuery, page: int) -> tuple[DelegationRow, ...]:
    """Read one more page of the table."""
    return delegations.stretch(stores, query=query, limit=PAGE, offset=page * PAGE)


def decide(stores: Stores, *, seen: Delegation, make: Callable[[Stores], Topics]) -> Topics:
    """Keep a decision, unless the case moved since the person saw it; raises NotAllowed with DEL_STALE."""
    row = delegations.detail(stores, delegation_id=seen.id)
    if row is not None and row.delegation.version != seen.version:
        raise NotAllowed("DEL_STALE")
    return make(stores)
