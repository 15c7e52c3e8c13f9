"""« Ce qui changera »: ask the server what gestures would change; without it, say what this machine last knew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import who_can
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.effects import MAX_GESTURES, Effects
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.sync import cache_expiry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.usecases.ports import Gateways, Stores

_MANY = 200


@dataclass(frozen=True, slots=True)
class LastKnown:
    """What people held when the server last told."""

    holdings: tuple[Holding, ...]
    as_of: datetime | None


def ask(gateways: Gateways, *, gestures: Sequence[Gesture]) -> Effects:
    """Ask what gestures would change; raises what one of them alone would be refused with."""
    asked = gestures[:MAX_GESTURES]
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.show_effects(asked, token=token)
    )


def last_known(stores: Stores, *, people: Collection[str], today: date) -> LastKnown:
    """Read what the people of these names held, as far as this machine knows."""
    found: list[Holding] = []
    for name in sorted(people):
        query = DelegationQuery(role=Role.GRANTOR, text=name)
        rows = delegations.stretch(stores, query=query, limit=_MANY, offset=0)
        mine = [row.delegation for row in rows if row.delegation.grantee.display_name == name]
        found += [one for one in who_can.on_day(mine, day=today) if one.is_effective]
    return LastKnown(tuple(found), cache_expiry.last_contact(stores))
