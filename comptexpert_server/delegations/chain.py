"""A right is a chain: what waits behind a right follows what is decided about it (domain.md, BR-28).

A follower was granted before the decision and would become effective after it, by the calendar or by who decides
second: a renewal that waits for its first day or its second approval, a grant of the same parties that has not started.
What was asked to prolong or broaden a right of the same parties follows it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from comptexpert_server.delegations import transitions
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.registry.models import RegistryEntry

CHAIN_ENDED = "chain_ended"
"""Why a follower ended, as `end_cause` says it."""
EXPIRED_SUSPENDED = "expired_suspended"
"""Why a right ended whose last day came while it was suspended: what follows it stays suspended."""
BROKEN = (Status.REVOKED, Status.CEASED, Status.REFUSED, Status.WITHDRAWN)
"""Ends that a person or a lost standing brings: nothing starts behind them."""


def followers(head: Delegation) -> list[Delegation]:
    """List what waits behind a delegation, in the order in which it would start."""
    line = complete(
        Delegation.objects.filter(
            firm=head.firm_id, service=head.service, grantee=head.grantee_id, invited_email=head.invited_email
        ).filter(status__in=(*OPEN, *LIVE))
    ).exclude(pk=head.pk)
    granted = Q(status__in=(Status.SCHEDULED, Status.PENDING_SECOND))
    asked = Q(status=Status.PENDING, supersedes__isnull=False)  # to prolong or broaden what the head may have renewed
    same_parties = Q(granted | asked, grantor=head.grantor_id)
    found = {one.pk: one for one in line.filter(Q(supersedes=head.pk) | same_parties)}
    links = list(found)
    while links:
        linked = [one for one in line.filter(supersedes__in=links) if one.pk not in found]
        found |= {one.pk: one for one in linked}
        links = [one.pk for one in linked]
    waiting = [one for one in found.values() if one.status != Status.ACTIVE]
    return sorted(waiting, key=lambda one: (one.valid_from or one.requested_at.date(), str(one.pk)))


def is_broken(delegation: Delegation) -> bool:
    """Return whether what a delegation prolongs was ended by a decision."""
    before = delegation.supersedes
    return before is not None and before.status in BROKEN


def is_held(delegation: Delegation) -> bool:
    """Return whether what a delegation prolongs is suspended, or was on its last day."""
    before = delegation.supersedes
    return before is not None and (before.status == Status.SUSPENDED or before.end_cause == EXPIRED_SUSPENDED)


def holder_of(delegation: Delegation) -> Delegation | None:
    """Return the suspended right behind which a delegation waits once it is approved, if there is one.

    It is the one that the delegation prolongs or broadens, or that came after it meanwhile.
    """
    before = delegation.supersedes
    if before is None or before.status == Status.ACTIVE:
        return None
    if is_held(delegation):
        return before
    line = {"firm": delegation.firm_id, "service": delegation.service, "grantee": delegation.grantee_id}
    return Delegation.objects.filter(**line, grantor=delegation.grantor_id, status=Status.SUSPENDED).first()


def end_followers(head: Delegation, *, action: str, actor: UUID | None, at: datetime) -> int:
    """End what waits behind a delegation that was just ended; return how many."""
    waiting = followers(head)
    for follower in waiting:
        _end(follower, head=head, action=action, actor=actor, at=at)
    return len(waiting)


def limit_followers(head: Delegation, *, until: date, actor: UUID | None, at: datetime) -> int:
    """Let nothing behind a delegation outlive the last day that was just set for it; return how many moved."""
    waiting = followers(head)
    for follower in waiting:
        starts = follower.valid_from
        if starts is None or starts > until or follower.status in OPEN:
            _end(follower, head=head, action="revoke", actor=actor, at=at)
        elif follower.valid_until is None or follower.valid_until > until:
            _follow(follower, head=head, action="plan_revocation", actor=actor, at=at, valid_until=until)
    return len(waiting)


def narrow_followers(head: Delegation, *, removed: frozenset[str], actor: UUID | None, at: datetime) -> int:
    """Take the rights that were just taken from a delegation from what waits behind it too; return how many moved."""
    concerned = [one for one in followers(head) if removed & set(one.rights)]
    for follower in concerned:
        kept = [right for right in follower.rights if right not in removed]
        if kept:
            _follow(follower, head=head, action="narrow", actor=actor, at=at, rights=kept)
        else:
            _end(follower, head=head, action="revoke", actor=actor, at=at)
    return len(concerned)


def suspend_followers(head: Delegation, *, actor: UUID | None, at: datetime) -> int:
    """Suspend what would start behind a delegation that was just suspended; return how many."""
    scheduled = [one for one in followers(head) if one.status == Status.SCHEDULED]
    for follower in scheduled:
        linked = follower.supersedes or head  # so that the end of the suspension finds it
        _follow(follower, head=head, action="suspend", actor=actor, at=at, status=Status.SUSPENDED, supersedes=linked)
    return len(scheduled)


def resume_followers(head: Delegation, *, actor: UUID | None, at: datetime) -> int:
    """Give back their first day to the followers that were suspended with a delegation; return how many."""
    suspended = [one for one in followers(head) if one.status == Status.SUSPENDED]
    for follower in suspended:
        _follow(follower, head=head, action="resume", actor=actor, at=at, status=Status.SCHEDULED)
    return len(suspended)


def transfer_followers(head: Delegation, *, grantor: RegistryEntry, actor: UUID | None, at: datetime) -> int:
    """Give what waits behind a delegation to the grantor who just received it; return how many.

    `head` is the delegation as it was before: its followers are found by its former grantor.
    """
    waiting = followers(head)
    for follower in waiting:
        previous = {"previous_grantor": str(follower.grantor_id)}
        _follow(follower, head=head, action="transfer", actor=actor, at=at, data=previous, grantor=grantor)
    return len(waiting)


def _end(follower: Delegation, *, head: Delegation, action: str, actor: UUID | None, at: datetime) -> None:
    """End one follower: what was never effective for want of an approval ceases, the rest is revoked."""
    is_open = follower.status in OPEN
    _follow(
        follower,
        head=head,
        action="cease" if is_open else action,
        actor=actor,
        at=at,
        status=Status.CEASED if is_open else Status.REVOKED,
        ended_at=at,
        end_cause=CHAIN_ENDED,
    )


def _follow(
    follower: Delegation,
    *,
    head: Delegation,
    action: str,
    actor: UUID | None,
    at: datetime,
    data: Mapping[str, object] | None = None,
    **changes: object,
) -> None:
    """Move one follower; the parties read of it in the mail about the head."""
    said = {"chain": str(head.pk), **(data or {})}
    transitions.move_along(follower, action=action, actor=actor, at=at, data=said, stand_in=None, **changes)
