"""What changed since a client last asked; cheap when nothing did.

A cursor is signed: the epoch of the database, the number of the last change seen, and the firms for which the account
granted then, so that what went out of sight can be named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing

from comptexpert_server.config.epoch import current_epoch
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.moves import last_sequence
from comptexpert_server.delegations.present import delegations_out
from comptexpert_server.delegations.schemas import SyncOut
from comptexpert_server.delegations.selectors import sights, visible_to, with_parties
from comptexpert_server.firms.selectors import granted_firms

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.accounts.models import Account

SALT = "comptexpert.sync"


def changes(account: Account, *, cursor: str, today: date) -> SyncOut | None:
    """Give what changed for an account since `cursor`, or None when nothing did; an empty cursor gives everything."""
    # The counter is read first: its row is locked until a change is committed, so every change up to this number
    # is already visible to the query that follows.
    last = last_sequence()
    firms = sorted(granted_firms(account).values_list("pk", flat=True))
    seen, known_firms = _read(cursor, account=account, last=last)
    if seen == last and firms == known_firms:
        return None
    rows = _changed(account, seen=seen, new_firms=[firm for firm in firms if firm not in known_firms])
    removed = _out_of_sight(account, firms=[firm for firm in known_firms if firm not in firms])
    if seen is not None and not rows and not removed and firms == known_firms:
        return None
    token = signing.dumps([current_epoch(), last, str(account.pk), [str(firm) for firm in firms]], salt=SALT)
    return SyncOut(cursor=token, full=seen is None, delegations=delegations_out(rows, today=today), removed=removed)


def _changed(account: Account, *, seen: int | None, new_firms: list[UUID]) -> list[Delegation]:
    """Read what changed in each source of what one may see, and the whole of the firms that are new to him."""
    sources = sights(account)
    if seen is not None:
        sources = [source.filter(sequence__gt=seen) for source in sources]
        sources += [Delegation.objects.filter(firm=firm) for firm in new_firms]
    rows = {delegation.pk: delegation for source in sources for delegation in source}
    return with_parties(sorted(rows.values(), key=lambda delegation: delegation.sequence))


def _read(cursor: str, *, account: Account, last: int) -> tuple[int | None, list[UUID]]:
    try:
        epoch, seen, owner, firms = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, []
    if epoch != current_epoch() or owner != str(account.pk) or seen > last:
        return None, []
    return int(seen), [UUID(firm) for firm in firms]


def _out_of_sight(account: Account, *, firms: list[UUID]) -> list[UUID]:
    if not firms:
        return []
    seen_still = visible_to(account).values_list("pk", flat=True)
    return list(Delegation.objects.filter(firm__in=firms).exclude(pk__in=seen_still).values_list("pk", flat=True))
