"""What happens to delegations when a person's standing changes; called inside the change's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from comptexpert_server.delegations import moves
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms import absences
from comptexpert_server.firms.selectors import entry_may_grant
from comptexpert_server.firms.services import end_membership, ensure_staff

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.firms.models import Firm
    from comptexpert_server.registry.models import RegistryEntry


def entry_changed(entry: RegistryEntry, *, at: datetime, actor: UUID | None = None) -> int:
    """End what an entry granted where it may no longer grant: struck off, suspended, or gone from the firm (BR-08)."""
    granted = Delegation.objects.filter(grantor=entry)
    if entry_may_grant(entry):
        granted = granted.exclude(firm__in=entry.firms.values("pk"))
    ceased = cease(granted, cause="grantor_standing", at=at, actor=actor)
    _end_absences(entry, at=at, actor=actor)
    return ceased


def account_closed(account: Account, *, at: datetime, actor: UUID | None = None) -> int:
    """End every right of an account that is no longer active, and what it granted."""
    sides = Q(grantee=account)
    if account.entry_id is not None:
        sides |= Q(grantor=account.entry_id)
    ceased = cease(Delegation.objects.filter(sides), cause="account_closed", at=at, actor=actor)
    if account.entry is not None:
        _end_absences(account.entry, at=at, actor=actor)
    return ceased


def member_left(firm: Firm, *, account_id: UUID, at: datetime, actor: UUID | None) -> int:
    """End a membership, and every right that the collaborateur has in the firm which he leaves (BR-23)."""
    held = Delegation.objects.filter(firm=firm, grantee=account_id)
    with transaction.atomic():
        moves.take_turn()
        ceased = cease(held, cause="member_left", at=at, actor=actor)
        end_membership(firm, account_id=account_id, actor=actor, at=at)
    return ceased


def account_activated(account: Account, *, at: datetime) -> int:
    """Give an account that just became active the invitations sent to its address (BR-01); give their number."""
    invited = Delegation.objects.filter(grantee=None, invited_email__iexact=account.email, status__in=(*OPEN, *LIVE))
    if not invited.exists():
        return 0
    with transaction.atomic():
        moves.take_turn()
        found = list(complete(invited))
        for delegation in found:
            after = moves.move(delegation, action="bind", actor=account.pk, at=at, grantee=account, invited_email="")
            ensure_staff(after.firm, account=account, actor=None, at=at)
    return len(found)


def _end_absences(entry: RegistryEntry, *, at: datetime, actor: UUID | None) -> None:
    """End the covers that lost a party (BR-24)."""
    concerned = absences.about(entry)
    if concerned.exists():
        with transaction.atomic():
            moves.take_turn()
            absences.end_orphans(concerned, at=at, actor=actor)


def touch(delegations: QuerySet[Delegation]) -> int:
    """Make clients read delegations again whose `missing` changed, without a new version."""
    with transaction.atomic():
        return delegations.update(sequence=moves.next_sequence())


def cease(delegations: QuerySet[Delegation], *, cause: str, at: datetime, actor: UUID | None) -> int:
    """End delegations that are open or live; give their number."""
    live = delegations.filter(status__in=(*OPEN, *LIVE))
    if not live.exists():  # most often: nobody then waits for a turn
        return 0
    with transaction.atomic():
        moves.take_turn()
        found = list(complete(live))
        for delegation in found:
            moves.move(
                delegation, action="cease", actor=actor, at=at, status=Status.CEASED, ended_at=at, end_cause=cause
            )
    return len(found)
