"""Writing the registry: entries with the keys that find them, in bulk."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.registry.models import EntryKey, Firm, RegistryEntry
from comptexpert_server.registry.name_folding import name_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from comptexpert_server.rehearsal.sample_registry import FictitiousFirm, FictitiousPerson

    T = TypeVar("T")

BATCH = 4000


@transaction.atomic
def add_people(people: Iterable[FictitiousPerson]) -> int:
    """Add invented people, their cabinets and their keys; give their number."""
    members = RegistryEntry.firms.through
    firms: dict[str, FictitiousFirm] = {}
    added = 0
    for batch in _batches(people, size=BATCH):
        new_firms = {firm.siren: firm for person in batch for firm in person.firms if firm.siren not in firms}
        firms |= new_firms
        Firm.objects.bulk_create(Firm(id=firm.id, siren=firm.siren, name=firm.name) for firm in new_firms.values())
        RegistryEntry.objects.bulk_create(_entry(person) for person in batch)
        EntryKey.objects.bulk_create(_keys(batch))
        members.objects.bulk_create(
            members(registryentry_id=person.id, firm_id=firm.id) for person in batch for firm in person.firms
        )
        added += len(batch)
    return added


def _entry(person: FictitiousPerson) -> RegistryEntry:
    return RegistryEntry(
        id=person.id,
        registration_number=person.registration_number,
        surname=person.surname,
        given_name=person.given_name,
        date_of_birth=person.date_of_birth,
        email=person.email,
        list=person.list,
        status=person.status,
        council=person.council,
        town=person.town,
        postal_code=person.postal_code,
    )


def _keys(people: list[FictitiousPerson]) -> Iterator[EntryKey]:
    for person in people:
        for tier, key in name_keys(person.surname, given_name=person.given_name):
            yield EntryKey(entry_id=person.id, tier=tier, key=key[:260], list=person.list)


def _batches(items: Iterable[T], *, size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
