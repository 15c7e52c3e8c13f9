"""Whom a collaborateur may ask: those who were asked before, with what each granted, and those of one's cabinets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import DelegationQuery, Role, Status
from comptexpert_desktop.domain.firm import TemplateGrant
from comptexpert_desktop.usecases.delegations import delegations

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Delegation, Party
    from comptexpert_desktop.domain.registry import FirmGrantor
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways

_MAX = 500


@dataclass(frozen=True, slots=True)
class KnownGrantor:
    """Somebody who grants, and what they granted to the person who is signed in."""

    party: Party
    firm: str
    """The name of the cabinet of the last delegation."""
    held: tuple[TemplateGrant, ...] = ()
    """What is active now."""


def known(stores: Stores) -> tuple[KnownGrantor, ...]:
    """List those whom the delegations of the person who is signed in name, in the order of their names."""
    query = DelegationQuery(role=Role.GRANTEE, sort="requested_at", descending=True)
    rows = delegations.stretch(stores, query=query, limit=_MAX, offset=0)
    found: dict[str, list[Delegation]] = {}
    for one in (row.delegation for row in rows):
        if one.grantor.entry_id:
            found.setdefault(one.grantor.entry_id, []).append(one)
    people = [KnownGrantor(named[0].grantor, named[0].firm.name, _held(named)) for named in found.values()]
    return tuple(sorted(people, key=lambda one: (one.party.surname, one.party.given_name, one.party.entry_id)))


def of_my_cabinets(gateways: Gateways) -> tuple[FirmGrantor, ...]:
    """List those who grant for one's own cabinets, whether they were asked before or not."""
    return gateways.session.call(gateways.browser.refresh, lambda token: gateways.server.grantors(token=token))


def _held(named: list[Delegation]) -> tuple[TemplateGrant, ...]:
    rights: dict[str, list[str]] = {}
    for one in named:
        if one.status is Status.ACTIVE:
            held = rights.setdefault(one.service, [])
            held.extend(right for right in one.rights if right not in held)
    return tuple(TemplateGrant(service, tuple(given)) for service, given in sorted(rights.items()))
