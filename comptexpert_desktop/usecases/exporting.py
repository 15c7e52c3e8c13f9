"""Read what an export holds: first which lines, then a stretch at a time, so that nothing else waits for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.store import delegations as delegation_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import DelegationQuery, DelegationRow
    from comptexpert_desktop.store.stores import Stores

AT_ONCE = 500
"""Lines read in one go: some ten milliseconds of the store worker."""


def numbers(stores: Stores, *, query: DelegationQuery) -> tuple[int, ...]:
    """Name every line of a query, in its order; none when nobody is signed in."""
    return () if stores.account is None else delegation_store.numbers(stores.account, query=query)


def rows(stores: Stores, *, numbers: Sequence[int]) -> tuple[DelegationRow, ...]:
    """Read these lines, as they are now."""
    return () if stores.account is None else delegation_store.lines(stores.account, numbers=numbers)
