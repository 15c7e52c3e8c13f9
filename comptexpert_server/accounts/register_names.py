"""The names under which the people of a line of the register are known on that day."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


PLACES = ("one", "two", "three", "four")
_FEW = CompiledQuery(
    lambda **numbers: Account.objects.filter(pk__in=list(numbers.values())).select_related("entry"),
    one=UUID,
    two=UUID,
    three=UUID,
    four=UUID,
)


_FEW_ENTRIES = CompiledQuery(
    lambda **numbers: RegistryEntry.objects.filter(pk__in=list(numbers.values())).values_list(
        "pk", "given_name", "surname"
    ),
    one=UUID,
    two=UUID,
    three=UUID,
    four=UUID,
)


def names_of(numbers: Collection[UUID]) -> dict[UUID, str]:
    """Return « Prénom NOM », or the identifiant, of these accounts and registry entries."""
    if not numbers:
        return {}
    people = _people(list(numbers))
    named = {one.pk: _name(one.given_name, one.surname) or one.login_id for one in people}
    rest = [number for number in numbers if number not in named]
    if rest:
        entries = _entries(rest)
        named |= {number: _name(given, surname) for number, given, surname in entries}
    return named


def _entries(numbers: list[UUID]) -> Iterable[tuple[UUID, str, str]]:
    if len(numbers) > len(PLACES):
        return RegistryEntry.objects.filter(pk__in=numbers).values_list("pk", "given_name", "surname")
    return _FEW_ENTRIES.rows(**dict(zip(PLACES, [*numbers, *numbers[:1] * len(PLACES)], strict=False)))


def _people(numbers: list[UUID]) -> Iterable[Account]:
    """Read the accounts among these; a line names a few people most often."""
    if len(numbers) > len(PLACES):
        return Account.objects.filter(pk__in=numbers).select_related("entry")
    return _FEW.rows(**dict(zip(PLACES, [*numbers, *numbers[:1] * len(PLACES)], strict=False)))


def _name(given_name: str, surname: str) -> str:
    return f"{given_name} {surname.upper()}".strip()
