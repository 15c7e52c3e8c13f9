"""Every event of a cabinet that mails tell, made to happen as in life, with who is told of each, written by hand."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from post_office.models import Email

from comptexpert_server.delegations import eligibility, vacancies
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms import absences
from comptexpert_server.firms.models import Absence, AbsenceStatus, Vacancy
from comptexpert_server.firms.setting_rules import NOTICE
from comptexpert_server.registry.models import EntryStatus, Firm, RegistryEntry
from comptexpert_server.reviews import jobs as reviews
from comptexpert_server.reviews.models import Review
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

REASON = "Congé de paternité d’Agathe"
TRAP = '<script>alert(1)</script><b>{{ 41|add:1 }}</b>{% now "Y" %}\n\nhttps://hameconnage.example/x\u202e'
"""What no name and no reason makes of a mail or a page: a tag, a template, a line, a link, a turned text."""
PEERS = {"agathe", "bruno", "chloe"}
COUNCIL = "council"


class Cabinet:
    """Agathe, Bruno and Chloé grant; Léa and Noé work there; Yann is of another firm, and stands in where it is said."""

    def __init__(self, *, is_hostile: bool = False) -> None:
        mark = uuid.uuid4().hex[:8]
        self.firm = desk.firm("Cabinet Alba")
        other = desk.firm("Autre")
        self.people = {
            "agathe": desk.expert(self.firm, surname=f"Delorme{mark}"),
            "bruno": desk.expert(self.firm, surname=f"Ferrand{mark}"),
            "chloe": desk.expert(self.firm, surname=f"Garnier{mark}"),
            "lea": desk.staff(),
            "yann": desk.expert(other, surname=f"Morvan{mark}"),
        }
        self.agathe, self.bruno, self.chloe, self.lea, self.yann = self.people.values()
        self.right = desk.active(self.lea, self.agathe)
        self.operator = desk.account("operator", "", is_staff=True, council="bretagne")
        self.reason = REASON
        if is_hostile:
            self.reason = f"{REASON} {TRAP[:-1]}"
            Firm.objects.filter(pk=self.firm.pk).update(name=f"Cabinet {TRAP}")
            RegistryEntry.objects.update(given_name=TRAP, surname=TRAP[:60])
        self.firm.refresh_from_db()

    @property
    def path(self) -> str:
        return f"/firms/{self.firm.pk}"

    def names(self) -> dict[str, str]:
        """Name each person by their address."""
        return {one.account.email: name for name, one in self.people.items()} | {
            "tableau@croec-bretagne.example": COUNCIL
        }

    def ask(self) -> Absence:
        body = {"absent": str(self.agathe.account.entry_id), "ends_on": _day(30), "reason": self.reason}
        return self._absence(self.bruno.post(f"{self.path}/absences", body))

    def name(self, **changes: str) -> Absence:
        body = {"cover": str(self.bruno.account.entry_id), "ends_on": _day(30), "reason": self.reason}
        return self._absence(self.agathe.post(f"{self.path}/absences", body | changes))

    def stop(self, absence: Absence, *, action: str, by: desk.Desk) -> None:
        _done(by.post(f"{self.path}/absences/{absence.pk}/{action}"))

    def set(self, by: desk.Desk, **members: object) -> None:
        version = by.get(self.path).body["version"]
        _done(by.send("PATCH", self.path, body=members, version=version))

    def leave(self) -> None:
        _done(self.agathe.send("DELETE", f"{self.path}/members/{self.lea.account.pk}?on={_day(10)}"))

    def stay(self) -> None:
        _done(self.agathe.send("DELETE", f"{self.path}/members/{self.lea.account.pk}/departure"))

    def review(self) -> Review:
        _done(self.agathe.post(f"{self.path}/reviews", {}))
        return Review.objects.get(firm=self.firm)

    def orphan(self) -> None:
        """Let nobody be left who may grant."""
        for one in (self.agathe, self.bruno, self.chloe):
            entry = desk.grantor_of(one)
            entry.status = EntryStatus.STRUCK_OFF
            entry.save()
            eligibility.entry_changed(entry, at=timezone.now())
        run_due(timezone.now())

    def stand_in(self) -> Vacancy:
        entry, last = desk.grantor_of(self.yann), timezone.localdate() + timedelta(days=20)
        named = vacancies.name_stand_in(self.firm, entry=entry, ends_on=last, actor=self.operator.pk, at=timezone.now())
        assert named is not None
        return named

    def _absence(self, answer: desk.Answer) -> Absence:
        _done(answer)
        return Absence.objects.get(firm=self.firm, status__in=absences.OPEN)


def happen(event: str, cabinet: Cabinet) -> list[Email]:
    """Let an event happen; return the mails that tell it, and none of what led to it."""
    before, what, _told = EVENTS[event]
    laid = before(cabinet) if before else None
    Email.objects.all().delete()
    what(cabinet, laid)
    return list(Email.objects.filter(delivery__kind="cabinet").order_by("pk"))


def told_of(event: str) -> set[str]:
    """Return who is told of an event."""
    return EVENTS[event][2]


def _done(answer: desk.Answer) -> None:
    assert answer.status == 200, answer.body


def _day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _later(days: float) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), time(12)))


def _strike_off_the_cover(cabinet: Cabinet, _laid: object) -> None:
    entry = desk.grantor_of(cabinet.bruno)
    entry.status = EntryStatus.STRUCK_OFF
    entry.save()
    absences.run_due(timezone.now())


def _restore(cabinet: Cabinet, _laid: object) -> None:
    RegistryEntry.objects.filter(pk=cabinet.agathe.account.entry_id).update(status=EntryStatus.ACTIVE)
    run_due(timezone.now())


def _with_four_eyes(cabinet: Cabinet) -> None:
    cabinet.set(cabinet.agathe, two_approvers=True)


def _asked_for_two_eyes(cabinet: Cabinet) -> None:
    _with_four_eyes(cabinet)
    cabinet.set(cabinet.agathe, two_approvers=False)


def _asked_for_a_later_review(cabinet: Cabinet) -> None:
    near, far = [(timezone.localdate() + timedelta(days=days)).strftime("%m-%d") for days in (40, 60)]
    cabinet.set(cabinet.agathe, review_on=near)
    cabinet.set(cabinet.agathe, review_on=far)


def _sooner_review(cabinet: Cabinet, _laid: object) -> None:
    cabinet.set(cabinet.bruno, review_on=(timezone.localdate() + timedelta(days=20)).strftime("%m-%d"))


def _reviewed_with_a_cover(cabinet: Cabinet) -> Review:
    review = cabinet.review()
    cabinet.name()
    assert Absence.objects.get(firm=cabinet.firm).status == AbsenceStatus.ACTIVE
    return review


def _orphaned(cabinet: Cabinet) -> None:
    cabinet.orphan()


def _stood_in(cabinet: Cabinet) -> Vacancy:
    cabinet.orphan()
    return cabinet.stand_in()


EVENTS: dict[str, tuple[Callable[[Cabinet], Any] | None, Callable[[Cabinet, Any], Any], set[str]]] = {
    "absence asked": (None, lambda one, _: one.ask(), PEERS),
    "absence named": (None, lambda one, _: one.name(), {"agathe", "bruno"}),
    "absence named for later": (None, lambda one, _: one.name(starts_on=_day(10)), PEERS),
    "absence objected": (Cabinet.ask, lambda one, laid: one.stop(laid, action="object", by=one.chloe), PEERS),
    "absence withdrawn": (Cabinet.ask, lambda one, laid: one.stop(laid, action="end", by=one.bruno), PEERS),
    "absence started": (Cabinet.ask, lambda _, laid: absences.run_due(laid.starts_at), {"agathe", "bruno"}),
    "absence ended": (Cabinet.name, lambda one, laid: one.stop(laid, action="end", by=one.chloe), {"agathe", "bruno"}),
    "absence over": (Cabinet.name, lambda _, __: absences.run_due(_later(31)), {"agathe", "bruno"}),
    "absence without its cover": (Cabinet.name, _strike_off_the_cover, {"agathe", "bruno"}),
    "departure planned": (None, lambda one, _: one.leave(), {"lea"}),
    "departure cancelled": (Cabinet.leave, lambda one, _: one.stay(), {"lea"}),
    "setting asked": (_with_four_eyes, lambda one, _: one.set(one.agathe, two_approvers=False), PEERS),
    "setting agreed": (_asked_for_two_eyes, lambda one, _: one.set(one.bruno, two_approvers=False), PEERS),
    "setting by the notice": (_asked_for_two_eyes, lambda _, __: run_due(timezone.now() + NOTICE), PEERS),
    "setting kept": (_asked_for_two_eyes, lambda one, _: one.set(one.chloe, two_approvers=True), PEERS),
    "setting strengthened": (_asked_for_a_later_review, _sooner_review, PEERS),
    "firm orphaned": (None, lambda one, _: one.orphan(), {"lea", COUNCIL}),
    "stand-in named": (_orphaned, lambda one, _: one.stand_in(), {"lea", "yann"}),
    "stand-in ended": (_stood_in, lambda _, __: vacancies.run_due(_later(21)), {"lea", "yann"}),
    "firm recovered": (_stood_in, _restore, {"lea", "yann"}),
    "review opened": (None, lambda one, _: one.review(), PEERS),
    "review soon": (Cabinet.review, lambda _, __: reviews.run_due(_later(25)), {"agathe"}),
    "review soon, with a cover": (
        _reviewed_with_a_cover, lambda _, __: reviews.run_due(_later(25)), {"agathe", "bruno"},
    ),
    "review past its day": (Cabinet.review, lambda _, __: reviews.run_due(_later(31)), {"agathe"}),
    "review past its day, with a cover": (
        _reviewed_with_a_cover, lambda _, __: reviews.run_due(_later(31)), {"agathe", "bruno"},
    ),
    "review closed": (Cabinet.review, lambda _, __: reviews.run_due(_later(45)), PEERS),
}  # fmt: skip
"""Each event: what has to be there before, what happens, and who is told by a mail about the cabinet."""
NO_PAGE = {("stand-in ended", "yann"), ("firm recovered", "yann")}
"""Whom a mail leads nowhere: they are of the cabinet no more."""
