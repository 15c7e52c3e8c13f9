"""The names under which the people of a line of the register are known on that day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.accounts.models import Account
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def names_of(numbers: Collection[UUID]) -> dict[UUID, str]:
    """Return « Prénom NOM », or the identifiant, of these accounts and registry entries."""
    people = Account.objects.filter(pk__in=numbers).select_related("entry")
    named = {one.pk: _name(one.given_name, one.surname) or one.login_id for one in people}
    rest = [number for number in numbers if number not in named]
    if rest:
        entries = RegistryEntry.objects.filter(pk__in=rest).values_list("pk", "given_name", "surname")
        named |= {number: _name(given, surname) for number, given, surname in entries}
    return named


def _name(given_name: str, surname: str) -> str:
    return f"{given_name} {surname.upper()}".strip()
