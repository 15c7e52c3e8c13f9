"""What the caller is and may do, in one document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from comptexpert_server.accounts.identifiant import mask_email
from comptexpert_server.accounts.schemas import (
    AccountOut,
    CoverOut,
    MeOut,
    MyAbsenceOut,
    MyFirmOut,
    MyReviewOut,
    ServiceAccessOut,
)
from comptexpert_server.catalogue.selectors import access_of
from comptexpert_server.config.clock import today
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.selectors import accepted_terms, complete, is_in_force
from comptexpert_server.delegations.selectors import missing_of as missing_from
from comptexpert_server.firms.absences import covered_by
from comptexpert_server.firms.models import Absence, AbsenceStatus
from comptexpert_server.firms.selectors import firms_of, granted_firms, may_grant
from comptexpert_server.reviews.models import Review

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account


def describe(account: Account) -> MeOut:
    """Give the account, its firms, its services, and what is missing; the version changes when any of it does."""
    services = [
        ServiceAccessOut(
            id=item.id,
            name=item.name,
            url=item.url,
            access=item.access,
            is_open=item.is_open,
            why=item.why,
            rights=list(item.rights),
        )
        for item in access_of(account)
    ]
    shown = MeOut(
        account=AccountOut(
            account_id=account.id,
            login_id=account.login_id,
            given_name=account.given_name,
            surname=account.surname,
            profile=account.profile,
            kind=account.kind,
            masked_email=mask_email(account.email),
            entry_id=account.entry_id,
            may_grant=may_grant(account),
        ),
        firms=[
            MyFirmOut(id=role.firm.id, siren=role.firm.siren, name=role.firm.name, role=role.role)
            for role in firms_of(account)
        ],
        services=services,
        missing=missing_of(account),
        covers=covers_of(account),
        reviews=reviews_of(account),
        absences=absences_asked_of(account),
        version="",
    )
    shown.version = hashlib.sha256(shown.model_dump_json().encode("utf-8")).hexdigest()[:16]
    return shown


def absences_asked_of(account: Account) -> list[MyAbsenceOut]:
    """Give the covers of the account's own absence that wait and that it may object to (BR-24)."""
    asked = Absence.objects.filter(absent=account.entry_id, status=AbsenceStatus.WAITING).select_related("cover")
    return [
        MyAbsenceOut(
            firm_id=absence.firm_id,
            absence_id=absence.pk,
            cover_name=f"{absence.cover.given_name} {absence.cover.surname}",
            starts_at=absence.starts_at,
            ends_on=absence.ends_on,
        )
        for absence in asked.order_by("asked_at", "pk")
    ]


def covers_of(account: Account) -> list[CoverOut]:
    """Give the absences that the account covers now (BR-24)."""
    return [
        CoverOut(
            firm_id=absence.firm_id,
            absent_entry_id=absence.absent_id,
            absent_name=f"{absence.absent.given_name} {absence.absent.surname}",
            ends_on=absence.ends_on,
        )
        for absence in covered_by(account, today=today()).order_by("ends_on", "pk")
    ]


def reviews_of(account: Account) -> list[MyReviewOut]:
    """Give the reviews that are open where the account grants (BR-19)."""
    day = today()
    found = []
    for review in Review.objects.filter(firm__in=granted_firms(account), closed_at=None).order_by("opened_at"):
        counts = review.counts()
        found.append(
            MyReviewOut(
                firm_id=review.firm_id,
                review_id=review.pk,
                closes_on=review.closes_on,
                grace_until=review.grace_until,
                status=review.stage(day).value,
                total=counts.total,
                waiting=counts.waiting,
            )
        )
    return found


def missing_of(account: Account) -> list[str]:
    """Give the codes of what keeps granted rights from being operational (BR-04, BR-05)."""
    day = today()
    held = [
        delegation
        for delegation in complete(Delegation.objects.filter(grantee=account, status__in=LIVE))
        if is_in_force(delegation, today=day)
    ]
    terms = accepted_terms(held)
    return sorted({code for delegation in held for code in missing_from(delegation, terms=terms, today=day)})
