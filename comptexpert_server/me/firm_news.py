"""What goes on in a cabinet and concerns one reader, in the words of the mails that lead here (BR-32)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from comptexpert_server.firms import absence_words, setting_words
from comptexpert_server.firms.absences import OPEN
from comptexpert_server.firms.letters import full_name
from comptexpert_server.firms.models import Absence, AbsenceStatus, Membership
from comptexpert_server.firms.selectors import ABSENCES_SHOWN, granted_firms
from comptexpert_server.firms.vacancies import open_vacancy
from comptexpert_server.firms.vacancy_mails import councils_for
from comptexpert_server.mail.wording import one_line
from comptexpert_server.registry.models import Firm
from comptexpert_server.reviews.models import Review
from comptexpert_server.reviews.rules import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.firms.models import Vacancy

RECENT = timedelta(days=30)
"""How long the page still says what is over: a mail that led to it may be read late."""
ABSENCE_TITLES = {
    AbsenceStatus.WAITING: "Suppléance à venir",
    AbsenceStatus.ACTIVE: "Suppléance en cours",
    AbsenceStatus.OBJECTED: "Suppléance refusée",
    AbsenceStatus.ENDED: "Suppléance terminée",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that goes on: its title, what there is to say, and labels with their values."""

    title: str
    says: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FirmNews:
    """What one reader sees of a cabinet."""

    firm_id: UUID
    name: str
    role: str
    parts: list[Part]
    settings: list[tuple[str, str]]


def firm_news(account: Account, *, firm_id: UUID, at: datetime) -> FirmNews | None:
    """Return what concerns an account in a cabinet; None when it does not belong to it, and when there is none."""
    firm = Firm.objects.filter(pk=firm_id).first()
    grants = granted_firms(account).filter(pk=firm_id).exists()
    member = Membership.objects.filter(firm=firm_id, account=account, ended_at=None).first()
    absences = _absences(account, firm_id=firm_id, grants=grants, at=at)
    if firm is None or not (grants or member or absences):
        return None
    vacancy = open_vacancy(firm) if grants or member else None
    parts = [*_vacancy(vacancy, account=account), *_departure(member)]
    if grants:
        parts += [*_settings(firm), *_reviews(account, firm=firm, absences=absences, at=at)]
    parts += [_absence(one, account=account) for one in absences]
    return FirmNews(
        firm_id=firm.pk,
        name=one_line(firm.name),
        role=_role(account, grants=grants, member=member, vacancy=vacancy),
        parts=parts,
        settings=_values(firm) if grants else [],
    )


def _role(account: Account, *, grants: bool, member: Membership | None, vacancy: Vacancy | None) -> str:
    if grants and _stands_in(account, vacancy):
        return "Vous accordez des droits au nom de ce cabinet, comme suppléant désigné par un Conseil régional."
    if grants:
        return "Vous accordez des droits au nom de ce cabinet."
    if member is not None:
        return f"Vous faites partie de ce cabinet depuis le {timezone.localdate(member.since):%d/%m/%Y}."
    return "Une absence de ce cabinet vous concerne."


def _stands_in(account: Account, vacancy: Vacancy | None) -> bool:
    return vacancy is not None and account.entry_id is not None and vacancy.stand_in_id == account.entry_id


def _absences(account: Account, *, firm_id: UUID, grants: bool, at: datetime) -> list[Absence]:
    """List those of the firm for who grants there, else one's own: open, or over for some days."""
    if account.entry_id is None:
        return []
    shown = Absence.objects.filter(Q(status__in=OPEN) | Q(ended_at__gte=at - RECENT), firm=firm_id)
    if not grants:
        shown = shown.filter(Q(absent=account.entry_id) | Q(cover=account.entry_id))
    return list(shown.select_related("absent", "cover").order_by("-asked_at", "pk")[:ABSENCES_SHOWN])


def _absence(absence: Absence, *, account: Account) -> Part:
    says = [absence_words.state(absence)]
    if account.entry_id is not None:
        says.append(absence_words.next_step(absence, reader=account.entry_id))
    title = ABSENCE_TITLES[AbsenceStatus(absence.status)]
    return Part(title=title, says=says, facts=[*absence_words.facts(absence), ("Motif", one_line(absence.reason))])


def _departure(member: Membership | None) -> Iterable[Part]:
    if member is not None and member.leaves_on is not None:
        day = f"{member.leaves_on:%d/%m/%Y}"
        says = [f"Votre départ de ce cabinet est fixé au {day}. Vos droits y prennent fin ce jour-là, au soir."]
        yield Part(title="Votre départ", says=says)


def _vacancy(vacancy: Vacancy | None, *, account: Account) -> Iterable[Part]:
    if vacancy is None:
        return
    title, facts = "Cabinet sans délégant", [("Depuis le", f"{timezone.localdate(vacancy.since):%d/%m/%Y}")]
    if vacancy.stand_in is None or vacancy.ends_on is None:
        says = [
            "Plus personne ne peut accorder de droits au nom de ce cabinet. Une demande ne peut plus y être approuvée.",
            "Le Conseil régional peut désigner un suppléant, pour 30\u00a0jours au plus.",
        ]
        facts += [(one["name"], f"{one['email']}, {one['phone']}") for one in councils_for(vacancy.firm)]
        yield Part(title=title, says=says, facts=facts)
        return
    until = f"jusqu’au {vacancy.ends_on:%d/%m/%Y} inclus"
    if _stands_in(account, vacancy):
        says = [f"Vous approuvez, refusez et accordez {until}. Ce que vous accordez prend fin avec votre désignation."]
    else:
        name = full_name(vacancy.stand_in)
        says = [f"Le Conseil régional a désigné {name} pour accorder des droits, {until}. Adressez-lui vos demandes."]
    yield Part(title=title, says=says, facts=facts)


def _settings(firm: Firm) -> Iterable[Part]:
    for change in firm.setting_changes.select_related("asked_by__entry").order_by("setting"):
        yield Part(
            title="Réglage à alléger",
            says=[setting_words.starts(timezone.localtime(change.takes_effect_at))],
            facts=[
                ("Réglage", setting_words.SETTINGS[change.setting]),
                ("Demandé", setting_words.value_words(change.setting, change.value)),
                ("Demandé par", full_name(change.asked_by)),
            ],
        )


def _values(firm: Firm) -> list[tuple[str, str]]:
    shown = setting_words.SETTINGS.items()
    return [(label.capitalize(), setting_words.value_words(name, getattr(firm, name))) for name, label in shown]


def _reviews(account: Account, *, firm: Firm, absences: list[Absence], at: datetime) -> Iterable[Part]:
    recent = Review.objects.filter(Q(closed_at=None) | Q(closed_at__gte=at - RECENT), firm=firm)
    review = recent.order_by("-opened_at").first()
    if review is None:
        return
    today = timezone.localdate(at)
    if review.stage(today) is Stage.CLOSED:
        counts = review.counts()
        says = [f"Gardés\u00a0: {counts.kept}. Terminés\u00a0: {counts.ended + counts.lapsed}."]
        yield Part(title="Revue annuelle close", says=says)
        return
    until = review.closes_on if review.stage(today) is Stage.OPEN else review.grace_until
    says = [
        f"Gardez ou terminez chaque droit au plus tard le {until:%d/%m/%Y}.",
        f"Sans réponse le {review.grace_until:%d/%m/%Y}, un droit prend fin de lui-même.",
    ]
    replaced = {one.absent_id for one in absences if _covers(one, account=account, at=at)}
    waiting = _waiting(review, grantors={account.entry_id, *replaced})
    facts = [("Vos droits qui attendent une réponse", str(waiting.pop(account.entry_id, 0)))]
    if replaced:
        facts.append(("Droits qui attendent, de qui vous remplacez", str(sum(waiting.values()))))
    yield Part(title="Revue annuelle en cours", says=says, facts=facts)


def _covers(absence: Absence, *, account: Account, at: datetime) -> bool:
    is_running = absence.status == AbsenceStatus.ACTIVE and absence.ends_on >= timezone.localdate(at)
    return is_running and absence.cover_id == account.entry_id


def _waiting(review: Review, *, grantors: set[UUID | None]) -> dict[UUID | None, int]:
    counted = review.waiting().filter(delegation__grantor__in=grantors).values("delegation__grantor")
    return {one["delegation__grantor"]: one["number"] for one in counted.annotate(number=Count("pk"))}
