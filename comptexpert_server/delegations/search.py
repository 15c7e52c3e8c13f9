"""Full text among the delegations that one may see: accents, case, ligatures and separators do not matter.

The words are looked for in the names of the people, firms and services, which are few, and not in the delegations,
which are many: what is folded once in Python becomes identifiers, which the indexes of the table find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from comptexpert_server.accounts.models import SHOWN_GIVEN_NAME, SHOWN_SURNAME, Account
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.registry.name_folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.functions import Coalesce

    from comptexpert_server.delegations.models import Delegation

MAX_WORDS = 8


def matching(sources: list[QuerySet[Delegation]], *, text: str) -> list[QuerySet[Delegation]]:
    """Keep the delegations of which a name holds each word of `text`; all of them without a word."""
    words = fold(text)[:MAX_WORDS]
    if not words:
        return sources
    names = _names(sources)
    for word in words:
        holding = Q()
        for member, texts in names.items():
            if held := [value for value, folded in texts.items() if word in folded]:
                holding |= Q(**{f"{member}__in": held})
        if not holding:
            return []
        sources = [source.filter(holding) for source in sources]
    return sources


def _names(sources: list[QuerySet[Delegation]]) -> dict[str, dict[object, str]]:
    """Give the folded names of whatever names one of these delegations."""
    members = ("grantee_id", "grantor_id", "firm_id", "invited_email")
    rows = {row for source in sources for row in source.order_by().values_list(*members).distinct()}
    grantees, grantors, firms, addresses = ({row[place] for row in rows} - {None, ""} for place in range(len(members)))
    people, entries, cabinets = (
        _read(Account.objects.filter(pk__in=grantees), SHOWN_GIVEN_NAME, SHOWN_SURNAME, "login_id"),
        _read(RegistryEntry.objects.filter(pk__in=grantors), "given_name", "surname"),
        _read(Firm.objects.filter(pk__in=firms), "name", "siren"),
    )
    services: dict[object, str] = {
        service.id: _searchable([service.id, service.name]) for service in catalogue().services
    }
    invited: dict[object, str] = {address: _searchable([address]) for address in addresses}
    found = (people, entries, cabinets, invited, services)
    return dict(zip((*members, "service"), found, strict=True))


def _read(named: QuerySet[Any], *columns: str | Coalesce) -> dict[object, str]:
    return {value: _searchable(texts) for value, *texts in named.values_list("pk", *columns)}


def _searchable(texts: Iterable[str]) -> str:
    """Write texts as they are searched: their words apart, and those of each text together."""
    words = [fold(text) for text in texts]
    return " ".join([*("".join(found) for found in words), *(" ".join(found) for found in words)])
