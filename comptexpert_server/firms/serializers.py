"""What the API says of a firm's people, terms, templates and absences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.catalogue.templates import read_templates, still_sound, usual_templates
from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.firms.schemas import (
    AbsenceOut,
    ExpertOut,
    MemberOut,
    PendingSettingOut,
    PersonOut,
    TemplateOut,
    TermsOut,
)
from comptexpert_server.firms.selectors import absences_of, grantors_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.firms.models import Absence
    from comptexpert_server.registry.models import Firm, RegistryEntry


def pending_settings_of(firm: Firm) -> list[PendingSettingOut]:
    """List the changes of settings that wait for the peers."""
    return [
        PendingSettingOut(
            setting=change.setting,
            value=change.value,
            asked_by=change.asked_by_id,
            asked_by_name=_full_name(change.asked_by),
            asked_at=change.asked_at,
            takes_effect_at=change.takes_effect_at,
        )
        for change in firm.setting_changes.select_related("asked_by").order_by("setting")
    ]


def experts_of(firm: Firm) -> list[ExpertOut]:
    """List who grants for the firm."""
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


def members_of(firm: Firm) -> list[MemberOut]:
    """List the collaborateurs of the firm."""
    members = firm.memberships.filter(ended_at=None).select_related("account__entry").order_by("pk")
    return [
        MemberOut(
            account_id=member.account.pk,
            login_id=member.account.login_id,
            given_name=member.account.given_name,
            surname=member.account.surname,
            since=member.since,
            leaves_on=member.leaves_on,
        )
        for member in sorted(members, key=lambda one: (one.account.surname, one.account.given_name))
    ]


def terms_of(firm: Firm) -> list[TermsOut]:
    """List the terms that the firm accepted."""
    return [
        TermsOut(
            service=terms.service,
            accepted_by=terms.accepted_by_id,
            accepted_by_name=_full_name(terms.accepted_by),
            accepted_at=terms.accepted_at,
        )
        for terms in firm.terms.select_related("accepted_by").order_by("service")
    ]


def templates_of(firm: Firm) -> list[TemplateOut]:
    """List the templates of the firm, or the usual ones."""
    own = read_templates(firm.templates)
    return [TemplateOut(**template.document()) for template in still_sound(own or usual_templates())]


def absences_out(firm: Firm) -> list[AbsenceOut]:
    """List the last absences of the firm."""
    return [_absence(absence) for absence in absences_of(firm)]


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
        is_named=absence.is_named,
    )


def _person(entry: RegistryEntry) -> PersonOut:
    return PersonOut(entry_id=entry.pk, given_name=entry.given_name, surname=entry.surname)


def _full_name(person: Account) -> str:
    return f"{person.given_name} {person.surname}".strip()
