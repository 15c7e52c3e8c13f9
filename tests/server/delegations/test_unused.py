"""Rights that nobody uses: both are told at 90 days, an end is proposed at 180, whoever decides keeps or ends (BR-36)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.last_use import note_use
from comptexpert_server.delegations.models import Delegation, LastUse, UnusedRight
from comptexpert_server.delegations.unused import unused
from tests.server import desk

pytestmark = pytest.mark.django_db


class Idle:
    """Léa holds a right of Agathe's firm, on a service whose site reports who comes."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        entry = desk.grantor_of(self.agathe)
        entry.email = self.agathe.account.email = (
            "agathe@idle.example"  # a mailbox of her own: others fill the usual one
        )
        entry.save()
        self.agathe.account.save()
        self.agathe.token = desk.mint(self.agathe.account)
        self.bruno = desk.expert(self.firm, surname="Ferrand")
        self.lea = desk.staff()
        self.right = desk.active(self.lea, self.agathe)
        other = desk.active(desk.staff(), desk.expert(desk.firm("Autre")))
        note_use(Delegation.objects.filter(pk=other["id"]), on=today())

    def begun(self, days: int) -> None:
        """Let the right have begun so many days ago, and end in a while."""
        moved = {"valid_from": today() - timedelta(days=days), "valid_until": today() + timedelta(days=200)}
        Delegation.objects.filter(pk=self.right["id"]).update(**moved)

    def used(self, days: int) -> None:
        note_use(Delegation.objects.filter(pk=self.right["id"]), on=today() - timedelta(days=days))

    def listed(self) -> list[tuple[int, bool]]:
        page = self.agathe.get(f"/firms/{self.firm.pk}").body
        return [(one["days"], one["proposed"]) for one in page["unused"]]

    def keep(self, *, by: desk.Desk | None = None) -> desk.Answer:
        return (by or self.agathe).post(f"/firms/{self.firm.pk}/unused/{self.right['id']}/keep")


@pytest.fixture
def idle() -> Idle:
    return Idle()


def _mails(text: str) -> list[str]:
    return sorted(mail.to[0] for mail in Email.objects.all() if text in mail.message)


@pytest.mark.parametrize(
    ("begun", "used", "listed"),
    [
        (89, None, []),
        (90, None, [(90, False)]),
        (180, None, [(180, True)]),
        (300, 89, []),
        (300, 90, [(90, False)]),
        (300, 181, [(181, True)]),
    ],
)
def test_what_nobody_used_for_90_days_is_listed_and_at_180_its_end_proposed(
    idle: Idle, begun: int, used: int | None, listed: list[tuple[int, bool]]
) -> None:
    idle.begun(begun)
    if used is not None:
        idle.used(used)
    assert idle.listed() == listed


def test_where_no_site_reports_nothing_is_unused(idle: Idle) -> None:
    Delegation.objects.filter(pk=idle.right["id"]).update(service="rfc")
    idle.begun(300)
    assert idle.listed() == []


def test_both_are_told_once_at_90_days_and_once_at_180(idle: Idle) -> None:
    idle.begun(90)
    both = sorted([idle.agathe.account.email, idle.lea.account.email])
    for _ in range(2):
        run_due(timezone.now())
        assert _mails("depuis 90") == both
    idle.begun(180)
    for _ in range(2):
        run_due(timezone.now())
        assert (_mails("depuis 180"), _mails("depuis 90")) == (both, both)


def test_a_right_that_is_used_again_is_forgotten_and_told_of_anew(idle: Idle) -> None:
    idle.begun(90)
    run_due(timezone.now())
    idle.used(1)
    run_due(timezone.now())
    assert UnusedRight.objects.get().noticed_days == 0
    assert idle.listed() == []


def test_what_is_kept_is_not_asked_about_for_90_days(idle: Idle) -> None:
    idle.begun(200)
    run_due(timezone.now())
    answer = idle.keep()
    assert (answer.status, answer.body["unused"]) == (200, [])
    (line,) = AuditEvent.objects.filter(action="review.kept")
    assert (line.actor, line.object_id) == (idle.agathe.account.pk, idle.right["id"])
    UnusedRight.objects.update(kept_on=today() - timedelta(days=90))
    assert idle.listed() == [(90, False)]


def test_to_keep_what_is_used_writes_nothing(idle: Idle) -> None:
    assert idle.keep().status == 200
    assert not AuditEvent.objects.filter(action="review.kept").exists()


def test_who_may_not_end_it_may_not_keep_it(idle: Idle) -> None:
    idle.begun(200)
    assert idle.keep(by=idle.lea).status == 404
    assert idle.keep(by=desk.expert(desk.firm("Loin"))).status == 404
    assert idle.keep(by=idle.bruno).status == 200


def test_what_ended_is_kept_by_nobody(idle: Idle) -> None:
    idle.begun(200)
    case: dict[str, Any] = idle.agathe.get(f"/delegations/{idle.right['id']}").body
    idle.agathe.decide(case, "revoke")
    assert idle.keep().code == "DEL_WRONG_STATUS"
    assert idle.listed() == []


def test_a_renewal_goes_on_with_the_days_of_what_it_renews(idle: Idle) -> None:
    idle.begun(170)
    last = today() + timedelta(days=5)
    Delegation.objects.filter(pk=idle.right["id"]).update(valid_until=last)
    renewed = idle.agathe.decide(idle.right, "renew").body
    run_due(timezone.now())
    idle.keep()
    for days in (6, 7):
        run_due(timezone.now() + timedelta(days=days))
    known = UnusedRight.objects.get(delegation=renewed["id"])
    assert (known.since, known.kept_on) == (today() - timedelta(days=170), today())
    assert unused(today=today() + timedelta(days=89)).filter(pk=renewed["id"]).count() == 0, "it was kept"
    (row,) = unused(today=today() + timedelta(days=90)).filter(pk=renewed["id"])
    assert row.idle_since == today()


def test_a_renewal_was_used_on_the_last_day_of_what_it_renews(idle: Idle) -> None:
    idle.begun(100)
    idle.used(3)
    Delegation.objects.filter(pk=idle.right["id"]).update(valid_until=today())
    renewed = idle.agathe.decide(idle.right, "renew").body
    run_due(timezone.now() + timedelta(days=1))
    (row,) = LastUse.objects.filter(delegation=renewed["id"])
    assert row.on == today() - timedelta(days=3)


def test_a_broader_right_begins_to_count_anew(idle: Idle) -> None:
    held = idle.agathe.grant(idle.lea.account, service="jesignexpert", rights=["prepare"]).body
    broader = idle.agathe.decide(held, "broaden", rights=["seal"]).body
    assert not UnusedRight.objects.filter(delegation=broader["id"]).exists()
