"""A right that replaces another shortens nothing of it (domain.md, BR-31).

What the new right does not reach goes on behind it, and what waited behind the old one waits behind the new.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import chain, transitions, unused
from comptexpert_server.delegations.conflicts import active_conflict
from comptexpert_server.delegations.models import OPEN, Delegation, Status

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account

ONE_DAY = timedelta(days=1)
SUPERSEDED = "superseded"


def settle(granted: Delegation, *, actor: UUID | None, at: datetime) -> None:
    """Put what is left of the right that a new one replaces, now or on its first day, behind the new one."""
    if granted.grantee_id is None or granted.status not in {Status.ACTIVE, Status.SCHEDULED}:
        return
    unused.go_on(granted)
    before = _replaced(granted)
    if before is None:
        return
    waiting = [one for one in chain.followers(before) if one.pk != granted.pk]
    for follower in waiting:
        _wait_behind(follower, granted=granted, before=before, actor=actor, at=at)
    continue_after(granted, before=before, actor=actor, at=at)


def make_room(head: Delegation, *, actor: UUID | None, at: datetime) -> None:
    """Let what waits behind a right begin after its last day, which was just moved."""
    for follower in chain.followers(head):
        _wait_behind(follower, granted=head, before=head, actor=actor, at=at)


def terms_beside(invited: Delegation, *, account: Account) -> dict[str, Any]:
    """Return the rights and the last day with which an invitation takes nothing of what its owner has by then.

    Both give their rights as long as both last; what either gives beyond goes on by itself.
    """
    same = {"firm": invited.firm_id, "grantor": invited.grantor_id, "grantee": account, "service": invited.service}
    active = Delegation.objects.filter(**same, status=Status.ACTIVE).first()
    service = catalogue().service(invited.service)
    ends = [one.valid_until for one in (active, invited) if one is not None and one.valid_until is not None]
    if active is None or service is None or invited.status != Status.SCHEDULED or not ends:
        return {}
    until = min(ends)
    if set(active.rights) <= set(invited.rights) or (invited.valid_from or until) > until:
        return {}
    both = {*active.rights, *invited.rights}
    return {"rights": [right.id for right in service.rights if right.id in both], "valid_until": until}


def continue_after(granted: Delegation, *, before: Delegation, actor: UUID | None, at: datetime) -> None:
    """Let the former rights go on from the day after the new last day to the old one."""
    if before.valid_until is None or granted.valid_until is None or before.valid_until <= granted.valid_until:
        return
    rights = [right for right in before.rights if right in granted.rights]
    is_there = Delegation.objects.filter(supersedes=granted, origin="renewal", status=Status.SCHEDULED).exists()
    if not rights or is_there:
        return
    rest = Delegation(
        firm=before.firm,
        service=before.service,
        rights=rights,
        grantor=before.grantor,
        grantee=granted.grantee,
        origin="renewal",
        reason=before.reason,
        valid_from=granted.valid_until + ONE_DAY,
        valid_until=before.valid_until,
        status=Status.SCHEDULED,
        requested_at=at,
        decided_at=at,
        supersedes=granted,
    )
    transitions.create_along(rest, action="continue", actor=actor, at=at, head=granted)


def _replaced(granted: Delegation) -> Delegation | None:
    """Return the right that a new one ended today, or ends on its first day."""
    active = active_conflict(granted)
    if active is not None:
        return active
    before = granted.supersedes
    return before if before is not None and before.status == Status.SUPERSEDED else None


def _wait_behind(
    follower: Delegation, *, granted: Delegation, before: Delegation, actor: UUID | None, at: datetime
) -> None:
    """Link a follower to the new right, and let it begin after the new one's last day."""
    is_linked = granted.status == Status.ACTIVE and granted.pk != before.pk and follower.supersedes_id == before.pk
    begins = _overlap_ends(follower, granted=granted)
    said = {"chain": str(granted.pk)}
    if begins is not None and follower.valid_until is not None and follower.valid_until < begins:
        is_open = follower.status in OPEN
        transitions.move_along(
            follower,
            action="cease" if is_open else "supersede",
            actor=actor,
            at=at,
            data=said,
            status=Status.CEASED if is_open else Status.SUPERSEDED,
            ended_at=at,
            end_cause=SUPERSEDED,
        )
    elif is_linked or begins is not None:
        transitions.move_along(
            follower,
            action="follow",
            actor=actor,
            at=at,
            data=said,
            supersedes=granted if is_linked else follower.supersedes,
            valid_from=begins or follower.valid_from,
        )


def _overlap_ends(follower: Delegation, *, granted: Delegation) -> date | None:
    """Return the day after a right that a follower would cut short, when the right gives all that the follower does."""
    starts, first, last = follower.valid_from, granted.valid_from, granted.valid_until
    if starts is None or first is None or last is None or not first <= starts <= last:
        return None
    return last + ONE_DAY if set(follower.rights) <= set(granted.rights) else None
