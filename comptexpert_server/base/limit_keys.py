"""What limits count: a key locked while a try is counted, and deleted once nothing is counted under it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from comptexpert_server.base.models import LimitHit, LimitKey

MAX_DELETED = 5_000
"""Keys that one turn of the worker deletes."""


def lock_key(name: str) -> LimitKey:
    """Lock a key within a transaction; one that is missing, or that the worker deletes meanwhile, is made."""
    while True:
        found = LimitKey.objects.select_for_update().filter(key=name).first()
        if found is not None:
            return found
        LimitKey.objects.bulk_create([LimitKey(key=name)], ignore_conflicts=True)


def delete_idle_keys() -> int:
    """Delete keys under which nothing is counted: an address is not kept for longer than its tries.

    Keys are locked before they are looked at again, so that no try is counted under one that goes; those that
    somebody else holds are in use.
    """
    idle = LimitKey.objects.filter(~Exists(LimitHit.objects.filter(key=OuterRef("pk"))))
    with transaction.atomic():
        locked = list(idle.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MAX_DELETED])
        return idle.filter(pk__in=locked).delete()[0]
