"""What a site of the Ordre learns of a person beyond the name: what may be opened, and for which firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_server.base.clock import today
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_server.accounts.models import Account


def open_services(account: Account) -> list[str]:
    """List the codes of the services that the account may open now."""
    return [item.id for item in access_of(account) if item.is_open]


def entitled_at(account: Account, *, service: str) -> list[tuple[Delegation, tuple[str, ...]]]:
    """Return the delegations that count now at one service, each with the rights that may be used."""
    held = list(complete(Delegation.objects.filter(grantee=account, service=service, status__in=LIVE)))
    facts = facts_of(held, today=today())
    found = [(one, entitlement_of(one, facts=facts).rights) for one in held]
    return [(one, rights) for one, rights in found if rights]


def describe(entitled: Iterable[tuple[Delegation, tuple[str, ...]]]) -> list[dict[str, Any]]:
    """Describe each delegation to a site: for which firm, from whom, with which rights."""
    return [
        {
            "firm": {"siren": one.firm.siren, "name": one.firm.name},
            "grantor": f"{one.grantor.given_name} {one.grantor.surname}",
            "rights": list(rights),
            "valid_until": None if one.valid_until is None else one.valid_until.isoformat(),
        }
        for one, rights in entitled
    ]
