"""What a site of the Ordre learns of a person beyond the name: what may be opened, and for which firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_server.catalogue.selectors import access_of
from comptexpert_server.config.clock import today
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.selectors import accepted_terms, complete, is_in_force, missing_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_server.accounts.models import Account


def open_services(account: Account) -> list[str]:
    """List the codes of the services that the account may open now."""
    return [item.id for item in access_of(account) if item.is_open]


def rights_at(account: Account, *, service: str) -> list[Delegation]:
    """Give the delegations that count now at one service."""
    day = today()
    held = [
        one
        for one in complete(Delegation.objects.filter(grantee=account, service=service, status__in=LIVE))
        if is_in_force(one, today=day)
    ]
    terms = accepted_terms(held)
    return [one for one in held if not missing_of(one, terms=terms, today=day)]


def told(delegations: Iterable[Delegation]) -> list[dict[str, Any]]:
    """Tell a site of each delegation: for which firm, from whom, with which rights."""
    return [
        {
            "firm": {"siren": one.firm.siren, "name": one.firm.name},
            "grantor": f"{one.grantor.given_name} {one.grantor.surname}",
            "rights": list(one.rights),
            "valid_until": None if one.valid_until is None else one.valid_until.isoformat(),
        }
        for one in delegations
    ]
