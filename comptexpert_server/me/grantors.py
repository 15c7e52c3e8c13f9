"""Whom a person may ask for a right in their own cabinets, without typing a name (BR-37)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.delegations.schemas import FirmRef
from comptexpert_server.firms.selectors import firms_of, grantors_of
from comptexpert_server.me.schemas import GrantorOut, GrantorsOut

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import Firm, RegistryEntry

MAX_SHOWN = 100
"""Of one cabinet; who is not among them is found by name, as everybody is."""


def grantors_for(account: Account) -> GrantorsOut:
    """List those who grant for the cabinets that the account is a member of now, in the order of their names.

    Nobody of any other cabinet, and nothing that a search in the registry does not show as well.
    """
    items: list[GrantorOut] = []
    has_more = False
    for one in firms_of(account):
        people = grantors_of(one.firm).order_by("surname", "given_name", "pk")
        if account.entry_id is not None:
            people = people.exclude(pk=account.entry_id)
        found = list(people[: MAX_SHOWN + 1])
        has_more = has_more or len(found) > MAX_SHOWN
        items += [_out(entry, firm=one.firm) for entry in found[:MAX_SHOWN]]
    return GrantorsOut(items=items, has_more=has_more)


def _out(entry: RegistryEntry, *, firm: Firm) -> GrantorOut:
    return GrantorOut(
        entry_id=entry.pk,
        surname=entry.surname,
        given_name=entry.given_name,
        town=entry.town,
        council=entry.council,
        list=entry.list,
        firm=FirmRef(id=firm.pk, siren=firm.siren, name=firm.name),
    )
