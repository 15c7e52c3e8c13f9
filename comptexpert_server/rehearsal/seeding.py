"""Filling an empty database with fictitious people."""

from __future__ import annotations

from itertools import chain

from django.db import transaction

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.models import Fiction
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.rehearsal import demo_people, sample_registry
from comptexpert_server.rehearsal.services import add_people


class OtherPeopleError(Exception):
    """The database holds people that are not these."""


@transaction.atomic
def fill(*, entries: int, seed: int) -> int:
    """Add the invented crowd and the people of the rehearsal; give how many were added, 0 when they were there."""
    mark = Fiction.objects.filter(pk=1).first()
    if mark is not None and (mark.entries, mark.seed) == (entries, seed):
        return 0
    if mark is not None or RegistryEntry.objects.exists() or Account.objects.exists():
        raise OtherPeopleError
    known = list(demo_people.registry_people())
    crowd = sample_registry.people(seed, count=max(0, entries - len(known)))
    added = add_people(chain(known, crowd))
    demo_people.add_accounts(now=now())
    Fiction.objects.create(seed=seed, entries=entries)
    return added
