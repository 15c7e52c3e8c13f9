"""Who joins and leaves a firm, and what its grantors decide for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from comptexpert_server.audit.services import record
from comptexpert_server.catalogue.templates import fault
from comptexpert_server.config.problems import ProblemError, invalid, not_found
from comptexpert_server.firms import mails
from comptexpert_server.firms.models import Firm, Membership, TermsAcceptance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.catalogue.templates import Template


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a firm decides for itself; None leaves a member as it is."""

    two_approvers: bool | None = None
    review_on: str | None = None
    templates: tuple[Template, ...] | None = None


def ensure_staff(firm: Firm, *, account: Account, actor: UUID | None, at: datetime) -> None:
    """Make an account staff of a firm unless it is: a grantor's first approval does (BR-23)."""
    if account.entry_id is not None and firm.entries.filter(pk=account.entry_id).exists():
        return
    with transaction.atomic():
        _member, made = Membership.objects.get_or_create(firm=firm, account=account, ended_at=None)
        if made:
            record(firm_id=firm.pk, at=at, actor=actor, action="member.joined", object_id=str(account.pk))


def end_membership(firm: Firm, *, account_id: UUID, actor: UUID | None, at: datetime) -> None:
    """End a membership; 404 when there is none. `actor` is None when a departure that was planned comes."""
    with transaction.atomic():
        ended = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None).update(ended_at=at)
        if not ended:
            raise not_found()
        record(firm_id=firm.pk, at=at, actor=actor, action="member.ended", object_id=str(account_id))


def plan_departure(firm: Firm, *, account_id: UUID, on: date, actor: UUID, at: datetime) -> None:
    """Set the last day of a member, who is told of it; 404 when there is none."""
    with transaction.atomic():
        mine = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None)
        if not mine.update(leaves_on=on):
            raise not_found()
        told = {"on": on.isoformat()}
        record(firm_id=firm.pk, at=at, actor=actor, action="member.leaving", object_id=str(account_id), data=told)
        mails.tell_departure(mine.select_related("firm", "account").get())


def accept_terms(firm: Firm, *, service: str, account: Account, at: datetime) -> bool:
    """Accept a service's terms for the firm (BR-05); false when they already were."""
    with transaction.atomic():
        _terms, made = TermsAcceptance.objects.get_or_create(
            firm=firm, service=service, defaults={"accepted_by": account}
        )
        if made:
            record(firm_id=firm.pk, at=at, actor=account.pk, action="terms.accepted", object_id=service)
    return made


def change_settings(firm: Firm, *, wanted: Settings, version: int, actor: UUID, at: datetime) -> Firm:
    """Set what the firm decides for itself, a line of the register each; 412 when it changed since `version`."""
    changes = _changes(wanted)
    if not changes:
        raise invalid(body="EMPTY")
    with transaction.atomic():
        columns = {member: value for member, (value, _told) in changes.items()}
        changed = Firm.objects.filter(pk=firm.pk, version=version).update(version=F("version") + 1, **columns)
        if not changed:
            raise ProblemError(412, "FIRM_STALE", detail="The firm changed since you saw it.")
        firm.refresh_from_db()
        for member, (_value, told) in changes.items():
            record(
                firm_id=firm.pk,
                at=at,
                actor=actor,
                action=f"firm.{member}",
                object_id=str(firm.pk),
                object_version=firm.version,
                data=told,
            )
    return firm


def _changes(wanted: Settings) -> dict[str, tuple[object, dict[str, object]]]:
    """Give each column to write, with what the register tells of it: codes, no names."""
    found: dict[str, tuple[object, dict[str, object]]] = {}
    if wanted.two_approvers is not None:
        found["two_approvers"] = wanted.two_approvers, {"demanded": wanted.two_approvers}
    if wanted.review_on is not None:
        if wanted.review_on and not _is_of_every_year(wanted.review_on):
            raise invalid(review_on="NOT_EVERY_YEAR")
        found["review_on"] = wanted.review_on, {"day": wanted.review_on}
    if wanted.templates is not None:
        if wrong := fault(wanted.templates):
            raise invalid(**dict([wrong]))
        documents = [template.document() for template in wanted.templates]
        found["templates"] = documents, {"codes": [template.code for template in wanted.templates]}
    return found


def _is_of_every_year(day: str) -> bool:
    """Tell whether a day, `MM-DD`, exists in each year: 29 February does not."""
    try:
        date.fromisoformat(f"2027-{day}")
    except ValueError:
        return False
    return True
