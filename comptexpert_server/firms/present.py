"""Turn a firm into what the API tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from comptexpert_server.catalogue.templates import read_templates, still_sound, usual_templates
from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.firms.schemas import (
    AbsenceOut,
    ExpertOut,
    FirmOut,
    MemberOut,
    PersonOut,
    TemplateOut,
    TermsOut,
)
from comptexpert_server.firms.selectors import absences_of, grantors_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.firms.models import Absence, Firm
    from comptexpert_server.registry.models import RegistryEntry


def firm_out(firm: Firm) -> FirmOut:
    """Tell a firm with its people, its settings, and what the rooms above this one know of it (`FIRM_PARTS`)."""
    parts: dict[str, Any] = {name: import_string(path)(firm) for name, path in settings.FIRM_PARTS.items()}
    return FirmOut(
        id=firm.pk,
        siren=firm.siren,
        name=firm.name,
        version=firm.version,
        two_approvers=firm.two_approvers,
        review_on=firm.review_on,
        experts=_experts(firm),
        members=_members(firm),
        terms=_terms(firm),
        templates=_templates(firm),
        absences=[_absence(absence) for absence in absences_of(firm)],
        **{"invitations": [], "reviews": [], **parts},
    )


def _experts(firm: Firm) -> list[ExpertOut]:
    entries: Iterable[RegistryEntry] = (
        grantors_of(firm).select_related("account").order_by("surname", "given_name", "pk")
    )
    return [
        ExpertOut(
            entry_id=entry.pk,
            account_id=entry.account.pk if hasattr(entry, "account") else None,
            given_name=entry.given_name,
            surname=entry.surname,
        )
        for entry in entries
    ]


def _members(firm: Firm) -> list[MemberOut]:
    members = firm.memberships.filter(ended_at=None).select_related("account").order_by("account__surname", "pk")
    return [
        MemberOut(
            account_id=member.account.pk,
            login_id=member.account.login_id,
            given_name=member.account.given_name,
            surname=member.account.surname,
            since=member.since,
            leaves_on=member.leaves_on,
        )
        for member in members
    ]


def _terms(firm: Firm) -> list[TermsOut]:
    return [
        TermsOut(
            service=terms.service,
            accepted_by=terms.accepted_by_id,
            accepted_by_name=_full_name(terms.accepted_by),
            accepted_at=terms.accepted_at,
        )
        for terms in firm.terms.select_related("accepted_by").order_by("service")
    ]


def _templates(firm: Firm) -> list[TemplateOut]:
    own = read_templates(firm.templates)
    return [TemplateOut(**template.document()) for template in still_sound(own or usual_templates())]


def _absence(absence: Absence) -> AbsenceOut:
    return AbsenceOut(
        id=absence.pk,
        absent=_person(absence.absent),
        cover=_person(absence.cover),
        reason=absence.reason,
        asked_at=absence.asked_at,
        starts_at=absence.starts_at,
        ends_on=absence.ends_on,
        status=AbsenceStatus(absence.status),
    )


def _person(entry: RegistryEntry) -> PersonOut:
    return PersonOut(entry_id=entry.pk, given_name=entry.given_name, surname=entry.surname)


def _full_name(person: Account) -> str:
    return f"{person.given_name} {person.surname}".strip()
