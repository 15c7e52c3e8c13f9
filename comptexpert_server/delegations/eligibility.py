"""What happens to delegations when a person's standing changes; called inside the change's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from comptexpert_server.accounts.models import is_same_person
from comptexpert_server.delegations import mails, standing, succession, transitions
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms import absences
from comptexpert_server.firms.selectors import entry_may_grant, has_two_approvers
from comptexpert_server.firms.services import end_membership, ensure_staff
from comptexpert_server.registry.models import Firm

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import RegistryEntry


def entry_changed(entry: RegistryEntry, *, at: datetime, actor: UUID | None = None) -> int:
    """End what an entry granted where it may no longer grant: struck off, suspended, or gone from the firm (BR-08)."""
    granted = Delegation.objects.filter(grantor=entry)
    if entry_may_grant(entry):
        granted = granted.exclude(firm__in=entry.firms.values("pk"))
    ceased = cease(granted, cause="grantor_standing", at=at, actor=actor)
    tell_who_is_left(Firm.objects.filter(entries=entry))
    held = Delegation.objects.filter(grantee__entry=entry, status__in=LIVE)
    if held.exists():
        touch(held)  # what the person may do with the rights of others changes with their standing
        standing.note(held, at=at, actor=actor)
    _end_absences(entry, at=at, actor=actor)
    return ceased


def account_closed(account: Account, *, at: datetime, actor: UUID | None = None) -> int:
    """End every right of an account that is no longer active, and what it granted."""
    sides = Q(grantee=account)
    if account.entry_id is not None:
        sides |= Q(grantor=account.entry_id)
    ceased = cease(Delegation.objects.filter(sides), cause="account_closed", at=at, actor=actor)
    if account.entry is not None:
        tell_who_is_left(Firm.objects.filter(entries=account.entry))
        _end_absences(account.entry, at=at, actor=actor)
    return ceased


def tell_who_is_left(concerned: QuerySet[Firm]) -> int:
    """Write to those who may now give a second approval alone; return the number of requests (BR-35)."""
    waiting = complete(
        Delegation.objects.filter(firm__in=concerned.filter(two_approvers=True), status=Status.PENDING_SECOND)
    )
    found = [one for one in waiting if not has_two_approvers(one.firm)]
    for one in found:
        mails.tell(one, action=mails.RESTS)
    return len(found)


def member_left(firm: Firm, *, account_id: UUID, at: datetime, actor: UUID | None) -> int:
    """End a membership, and every right that the collaborateur has in the firm which they leave (BR-23)."""
    held = Delegation.objects.filter(firm=firm, grantee=account_id)
    with transaction.atomic():
        transitions.lock_writer()
        ceased = cease(held, cause="member_left", at=at, actor=actor)
        end_membership(firm, account_id=account_id, actor=actor, at=at)
    return ceased


def account_activated(account: Account, *, at: datetime) -> int:
    """Give an account that just became active the invitations sent to its address (BR-01); return their number."""
    invited = Delegation.objects.filter(grantee=None, invited_email__iexact=account.email, status__in=(*OPEN, *LIVE))
    if not invited.exists():
        return 0
    with transaction.atomic():
        transitions.lock_writer()
        return sum(bind(delegation, account=account, at=at) for delegation in list(complete(invited)))


def invitations_for(account: Account) -> list[Delegation]:
    """List what was sent to the address of an account and waits for its owner; nobody else learns whose it is."""
    waiting = Delegation.objects.filter(grantee=None, invited_email__iexact=account.email, status__in=(*OPEN, *LIVE))
    return list(complete(waiting).order_by("requested_at"))


def accept_invitation(account: Account, *, invitation: UUID, at: datetime) -> bool:
    """Give an account the right that its owner accepts; false when it is not theirs, or no longer waits."""
    with transaction.atomic():
        transitions.lock_writer()
        found = next((one for one in invitations_for(account) if one.pk == invitation), None)
        return found is not None and bind(found, account=account, at=at)


def bind(delegation: Delegation, *, account: Account, at: datetime) -> bool:
    """Give one invitation to the account that has its address; false when its grantor is the same person (BR-07)."""
    owner: Account | None = getattr(delegation.grantor, "account", None)
    if owner is not None and is_same_person(owner, account):
        return False
    with transaction.atomic():
        transitions.lock_writer()
        terms = succession.terms_beside(delegation, account=account)
        after = transitions.move(
            delegation, action="bind", actor=account.pk, at=at, grantee=account, invited_email="", **terms
        )
        if terms:
            succession.continue_after(after, before=delegation, actor=account.pk, at=at)
        ensure_staff(after.firm, account=account, actor=None, at=at)
    return True


def _end_absences(entry: RegistryEntry, *, at: datetime, actor: UUID | None) -> None:
    """End the covers that lost a party (BR-24)."""
    concerned = absences.about(entry)
    if concerned.exists():
        with transaction.atomic():
            transitions.lock_writer()
            absences.end_orphans(concerned, at=at, actor=actor)


def touch(delegations: QuerySet[Delegation]) -> int:
    """Make clients read delegations again whose `missing` changed, without a new version."""
    with transaction.atomic():
        return delegations.update(sequence=transitions.next_sequence())


def cease(delegations: QuerySet[Delegation], *, cause: str, at: datetime, actor: UUID | None) -> int:
    """End delegations that are open or live; give their number."""
    live = delegations.filter(status__in=(*OPEN, *LIVE))
    if not live.exists():  # most often: nobody then waits for a turn
        return 0
    with transaction.atomic():
        transitions.lock_writer()
        found = list(complete(live))
        for delegation in found:
            transitions.move(
                delegation, action="cease", actor=actor, at=at, status=Status.CEASED, ended_at=at, end_cause=cause
            )
    return len(found)
