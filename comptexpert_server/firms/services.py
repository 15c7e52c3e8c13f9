"""Who joins and leaves a firm, and what its grantors decide for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from comptexpert_server.audit.services import record
from comptexpert_server.config.problems import ProblemError, not_found
from comptexpert_server.firms.models import Firm, Membership, TermsAcceptance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account


def ensure_staff(firm: Firm, *, account: Account, actor: UUID | None, at: datetime) -> None:
    """Make an account staff of a firm unless it is: a grantor's first approval does (BR-23)."""
    if account.entry_id is not None and firm.entries.filter(pk=account.entry_id).exists():
        return
    with transaction.atomic():
        _member, made = Membership.objects.get_or_create(firm=firm, account=account, ended_at=None)
        if made:
            record(firm_id=firm.pk, at=at, actor=actor, action="member.joined", object_id=str(account.pk))


def end_membership(firm: Firm, *, account_id: UUID, actor: UUID, at: datetime) -> None:
    """End a membership; 404 when there is none."""
    with transaction.atomic():
        ended = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None).update(ended_at=at)
        if not ended:
            raise not_found()
        record(firm_id=firm.pk, at=at, actor=actor, action="member.ended", object_id=str(account_id))


def accept_terms(firm: Firm, *, service: str, account: Account, at: datetime) -> bool:
    """Accept a service's terms for the firm (BR-05); false when they already were."""
    with transaction.atomic():
        _terms, made = TermsAcceptance.objects.get_or_create(
            firm=firm, service=service, defaults={"accepted_by": account}
        )
        if made:
            record(firm_id=firm.pk, at=at, actor=account.pk, action="terms.accepted", object_id=service)
    return made


def demand_two_approvers(firm: Firm, *, demanded: bool, version: int, actor: UUID, at: datetime) -> Firm:
    """Set whether high-risk rights need two approvers (BR-12); 412 when the firm changed since `version`."""
    with transaction.atomic():
        changed = Firm.objects.filter(pk=firm.pk, version=version).update(
            two_approvers=demanded, version=F("version") + 1
        )
        if not changed:
            raise ProblemError(412, "FIRM_STALE", detail="The firm changed since you saw it.")
        firm.refresh_from_db()
        record(
            firm_id=firm.pk,
            at=at,
            actor=actor,
            action="firm.two_approvers",
            object_id=str(firm.pk),
            object_version=firm.version,
            data={"demanded": demanded},
        )
    return firm
