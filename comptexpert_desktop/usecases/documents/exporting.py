"""Read what an export holds: first which lines, then a stretch at a time, so that nothing else waits for long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import DelegationQuery, DelegationRow
    from comptexpert_desktop.store.stores import Stores

AT_ONCE = 500
"""Lines read in one go: some ten milliseconds of the store worker."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line of a query, in its order, in the file of one account."""

    account: str
    numbers: tuple[int, ...]


def lines(stores: Stores, *, query: DelegationQuery) -> Lines:
    """Name every line of a query; none when nobody is signed in."""
    file = stores.account
    return Lines("", ()) if file is None else Lines(file.account, delegation_store.numbers(file, query=query))


def rows(stores: Stores, *, account: str, numbers: Sequence[int]) -> tuple[DelegationRow, ...]:
    """Read these lines, as they are now; raises NotAllowed when somebody else is signed in by then."""
    file = stores.account
    if file is None or file.account != account:
        raise NotAllowed(SIGN_IN_FIRST)
    return delegation_store.lines(file, numbers=numbers)
