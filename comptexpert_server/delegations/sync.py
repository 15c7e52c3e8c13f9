"""What changed since a client last asked; cheap when nothing did.

A cursor is signed: the epoch of the database, the number of the last change seen, and the firms for which the account
granted then, so that what went out of sight can be named. Beyond MAX_FIRMS it holds a digest of them, so that it stays
short: when they change, everything is given again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing

from comptexpert_server.base.epoch import current_epoch
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.schemas import SyncOut
from comptexpert_server.delegations.selectors import sights, visible_to, with_parties
from comptexpert_server.delegations.serializers import delegations_out
from comptexpert_server.delegations.transitions import last_sequence
from comptexpert_server.firms.selectors import granted_firm_ids

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.accounts.models import Account

SALT = "comptexpert.sync"
MAX_FIRMS = 50
"""Firms that a cursor names: each takes 52 letters of the 4,000 that a cursor may have."""


def changes(account: Account, *, cursor: str, today: date) -> SyncOut | None:
    """Give what changed for an account since `cursor`, or None when nothing did; an empty cursor gives everything."""
    # The counter is read first: its row is locked until a change is committed, so every change up to this number
    # is already visible to the query that follows.
    last = last_sequence()
    firms = sorted(granted_firm_ids(account))
    seen, known_firms = _read(cursor, account=account, last=last, firms=firms)
    if seen == last and firms == known_firms:
        return None
    rows = _changed(account, seen=seen, new_firms=[firm for firm in firms if firm not in known_firms])
    removed = _out_of_sight(account, firms=[firm for firm in known_firms if firm not in firms])
    if seen is not None and not rows and not removed and firms == known_firms:
        return None
    token = signing.dumps([current_epoch(), last, str(account.pk), _written(firms)], salt=SALT)
    return SyncOut(cursor=token, full=seen is None, delegations=delegations_out(rows, today=today), removed=removed)


def _changed(account: Account, *, seen: int | None, new_firms: list[UUID]) -> list[Delegation]:
    """Read what changed in each source of what one may see, and the whole of the firms that are new to them."""
    sources = sights(account)
    if seen is not None:
        sources = [source.filter(sequence__gt=seen) for source in sources]
        sources += [Delegation.objects.filter(firm=firm) for firm in new_firms]
    rows = {delegation.pk: delegation for source in sources for delegation in source}
    return with_parties(sorted(rows.values(), key=lambda delegation: delegation.sequence))


def _written(firms: list[UUID]) -> list[str] | str:
    if len(firms) <= MAX_FIRMS:
        return [str(firm) for firm in firms]
    return hashlib.sha256(b"".join(firm.bytes for firm in firms)).hexdigest()


def _read(cursor: str, *, account: Account, last: int, firms: list[UUID]) -> tuple[int | None, list[UUID]]:
    try:
        epoch, seen, owner, known = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, []
    if epoch != current_epoch() or owner != str(account.pk) or seen > last:
        return None, []
    if isinstance(known, str):
        return (int(seen), firms) if known == _written(firms) else (None, [])
    return int(seen), [UUID(firm) for firm in known]


def _out_of_sight(account: Account, *, firms: list[UUID]) -> list[UUID]:
    if not firms:
        return []
    seen_still = visible_to(account).values_list("pk", flat=True)
    return list(Delegation.objects.filter(firm__in=firms).exclude(pk__in=seen_still).values_list("pk", flat=True))
