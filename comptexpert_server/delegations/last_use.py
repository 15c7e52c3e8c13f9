"""Note that the site of a service saw the holder of a right today: the day, and nothing of what they did there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.delegations.models import LastUse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptexpert_server.delegations.models import Delegation


def note_use(delegations: Iterable[Delegation], *, on: date) -> None:
    """Note the day on each right, once a day at most; two sites at once leave one row."""
    rights = sorted(delegation.pk for delegation in delegations)
    known = dict(LastUse.objects.filter(delegation__in=rights).values_list("delegation_id", "on"))
    LastUse.objects.bulk_create(
        [LastUse(delegation_id=right, on=on) for right in rights if right not in known], ignore_conflicts=True
    )
    older = [right for right in rights if right in known and known[right] < on]
    if older:
        LastUse.objects.filter(delegation__in=older, on__lt=on).update(on=on)
