"""What the caller is and may do, in one document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.base.clock import today
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.delegations.access import access_of, held_by, missing_of
from comptexpert_server.desk.mandates import mandate_of
from comptexpert_server.firms.absences import covered_now
from comptexpert_server.firms.models import Absence, AbsenceStatus
from comptexpert_server.firms.selectors import firms_of, may_grant
from comptexpert_server.firms.vacancies import councils_of, open_vacancies
from comptexpert_server.me.schemas import (
    AccountOut,
    CoverOut,
    MandateOut,
    MeOut,
    MyAbsenceOut,
    MyFirmOut,
    MyReviewOut,
    ServiceAccessOut,
    VacancyOut,
)
from comptexpert_server.registry.selectors import council
from comptexpert_server.reviews.models import Review

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account
    from comptexpert_server.firms.models import Vacancy

_ASKED = CompiledQuery(
    lambda entry: (
        Absence.objects.filter(absent=entry, status=AbsenceStatus.WAITING, is_named=False)
        .select_related("cover")
        .order_by("asked_at", "pk")
    ),
    entry=UUID,
)
_OPEN_REVIEWS = CompiledQuery(
    lambda entry: Review.objects.filter(firm__entries=entry, closed_at=None).order_by("opened_at"), entry=UUID
)


def describe(account: Account) -> MeOut:
    """Give the account, its firms, its services, and what is missing; the version changes when any of it does."""
    held = held_by(account)
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
        for item in access_of(account, held=held)
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
            weekly_mails=account.weekly_mails,
        ),
        firms=firms_out(account),
        services=services,
        missing=missing_of(held),
        covers=covers_of(account),
        reviews=reviews_of(account),
        absences=absences_asked_of(account),
        mandate=mandate_out(account),
        version="",
    )
    shown.version = hashlib.sha256(shown.model_dump_json().encode("utf-8")).hexdigest()[:16]
    return shown


def firms_out(account: Account) -> list[MyFirmOut]:
    """Give the firms of the account, what it is there, and who is missing there."""
    roles = firms_of(account)
    staffed = [role.firm.pk for role in roles if role.role == "staff"]
    vacancies = {one.firm_id: one for one in open_vacancies().filter(firm__in=staffed)} if staffed else {}
    return [
        MyFirmOut(
            id=role.firm.id,
            siren=role.firm.siren,
            name=role.firm.name,
            role=role.role,
            leaves_on=role.leaves_on,
            vacancy=None if role.firm.pk not in vacancies else _vacancy(vacancies[role.firm.pk]),
        )
        for role in roles
    ]


def _vacancy(vacancy: Vacancy) -> VacancyOut:
    entry = vacancy.stand_in
    known = (council(code) for code in councils_of(vacancy.firm))
    whom = next((found for found in known if found is not None), {"name": "", "email": ""})
    return VacancyOut(
        since=vacancy.since,
        stand_in_name="" if entry is None else f"{entry.given_name} {entry.surname.upper()}",
        ends_on=vacancy.ends_on,
        council_name=str(whom["name"]),
        council_email=str(whom["email"]),
    )


def mandate_out(account: Account) -> MandateOut | None:
    """Give where the account's mandate for an AGC stands (BR-37)."""
    found = mandate_of(account)
    return None if found is None else MandateOut(status=found.status, agc_name=found.agc_name, reason=found.reason)


def absences_asked_of(account: Account) -> list[MyAbsenceOut]:
    """Give the covers of the account's own absence that wait and that it may object to (BR-24)."""
    asked = [] if account.entry_id is None else _ASKED.rows(entry=account.entry_id)
    return [
        MyAbsenceOut(
            firm_id=absence.firm_id,
            absence_id=absence.pk,
            cover_name=f"{absence.cover.given_name} {absence.cover.surname}",
            starts_at=absence.starts_at,
            ends_on=absence.ends_on,
        )
        for absence in asked
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
        for absence in covered_now(account, today=today())
    ]


def reviews_of(account: Account) -> list[MyReviewOut]:
    """Give the reviews that are open where the account grants (BR-19)."""
    day = today()
    found = []
    for review in _OPEN_REVIEWS.rows(entry=account.entry_id) if may_grant(account) else []:
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
