"""Nobody receives more than a handful of mails a day from what others can cause, whoever they are and however many."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts import mails as account_mails
from comptexpert_server.accounts.models import Signup
from comptexpert_server.mail import gathering
from comptexpert_server.mail.models import Delivery, GatheredNotices
from comptexpert_server.mail.recipient_limits import LIMITS, MAX_TOGETHER, mailbox_of
from tests.server import desk

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
HANDFUL = {limit.kinds[0]: limit.count for limit in LIMITS}
MAX_A_DAY = MAX_TOGETHER + HANDFUL["reset"] + 1
"""Of everything that others can cause: what counts together, resets, and one mail that gathers the rest."""
CALLS = 1000
SOURCES = [f"203.0.113.{number}" for number in range(1, 51)]


@pytest.fixture(autouse=True)
def limits_of_production(settings: SettingsWrapper) -> None:
    settings.ADDRESS_LIMITS = True


def post(path: str, body: dict[str, Any], *, source: str) -> Any:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return Client().post(f"/api/v1{path}", body, "application/json", headers=headers, REMOTE_ADDR=source)


def sign_up(email: str, *, source: str = SOURCES[0]) -> Any:
    body = {"profile": "other", "kind": "firm_staff", "given_name": "Lou", "surname": "Essai", "email": email}
    return post("/signups", body | {"login_id": f"p{uuid.uuid4().hex[:12]}"}, source=source)


def received() -> Counter[str]:
    """Count the mails by who reads them."""
    return Counter(mailbox_of(mail.to[0]) for mail in Email.objects.all())


def variants(address: str) -> list[str]:
    name, _, domain = address.partition("@")
    return [address, address.upper(), f"{name}+a@{domain}", f"{name}+{uuid.uuid4().hex[:6]}@{domain}"]


@pytest.mark.parametrize("calls", [CALLS // 4, CALLS])
@pytest.mark.one_in(2, sqlite=2)
def test_a_thousand_hostile_calls_from_fifty_addresses_send_nobody_more_than_a_handful(calls: int) -> None:
    cabinet = desk.firm()
    victims = [desk.expert(cabinet, surname=name) for name in ("Delorme", "Ferrand")]
    staff = desk.staff(cabinet)
    strangers = [desk.staff() for _ in range(5)]
    outside = "dehors@ailleurs.example"
    entries = [desk.grantor_of(victim) for victim in victims]
    addresses = [victim.account.email for victim in victims] + [staff.account.email, outside]
    before = received()
    assert max(before.values(), default=0) == 0

    def cycle(number: int, source: str) -> int:
        """Ask and withdraw, or invite and revoke: two calls that cause four mails."""
        stranger, victim = strangers[number % 5], entries[number % 2]
        if number % 3:
            asked = stranger.ask(victim)
            if asked.status != 201:
                return asked.status
            return stranger.decide(asked.body, "withdraw").status
        invited = victims[0].grant(outside)
        if invited.status != 201:
            return invited.status
        return victims[0].decide(invited.body, "revoke").status

    codes: Counter[int] = Counter()
    for number, source in zip(range(calls), itertools.cycle(SOURCES), strict=False):
        address = variants(addresses[number % 4])[number % 3 + 1 if number % 7 else 0]
        match number % 4:
            case 0:
                codes[sign_up(address, source=source).status_code] += 1
            case 1:
                codes[post("/password-resets", {"email": address}, source=source).status_code] += 1
            case 2:
                body = {"profile": "expert_comptable", "entry_id": str(entries[number % 2].pk), "login_id": "abcdefgh"}
                answer = post("/signups", body | {"date_of_birth": "1950-01-01"}, source=source)
                codes[answer.status_code] += 1
            case _:
                codes[cycle(number, source)] += 1
    gathering.run_due(timezone.now() + timedelta(hours=2))
    worst = received().most_common(1)[0]
    assert worst[1] <= MAX_A_DAY, worst
    assert not [code for code in codes if code >= 500], codes
    by_kind = Counter(Delivery.objects.values_list("mailbox", "kind"))
    assert not [key for key, number in by_kind.items() if number > HANDFUL.get(key[1], 5)], by_kind


def test_forty_sign_ups_with_a_stranger_s_address_send_three_mails_and_are_answered_alike() -> None:
    answers = [sign_up(variants("victime@ailleurs.example")[0], source=source) for source in SOURCES[:40]]
    assert {answer.status_code for answer in answers} == {202}
    assert {frozenset(answer.json()) for answer in answers} == {frozenset(answers[0].json())}
    assert Email.objects.count() == 3


def test_forty_sign_ups_with_the_address_of_a_member_send_three_mails_and_are_answered_alike() -> None:
    lea = desk.staff()
    answers = [sign_up(lea.account.email, source=source) for source in SOURCES[:40]]
    assert {answer.status_code for answer in answers} == {202}
    assert Email.objects.count() == 3


def test_a_mail_that_is_not_sent_leaves_the_link_of_the_one_before_alive() -> None:
    assert sign_up("lou@staff.example").status_code == 202
    Delivery.objects.update(queued_at=timezone.now() - timedelta(hours=1))
    for source in SOURCES[:5]:
        sign_up("lou@staff.example", source=source)
    live = Email.objects.filter(message__contains="/activ")
    alive = Signup.objects.exclude(link_digest="").get()
    assert alive.link_digest in {account_link_digest(mail.message) for mail in live}


def account_link_digest(text: str) -> str:
    from comptexpert_server.accounts.services import digest  # the tests read the link as its owner does

    link = next(line for line in text.splitlines() if line.startswith("http"))
    return digest(link.rstrip("/").rpartition("/")[2])


def test_what_happened_to_one_s_own_account_is_told_however_often() -> None:
    lea = desk.staff()
    for source in SOURCES[:10]:
        sign_up(lea.account.email, source=source)
    for _ in range(20):
        assert account_mails.send_notice(lea.account, what="Votre mot de passe a été changé.")
    assert Delivery.objects.filter(kind="security").count() == 20


def test_notices_beyond_the_limit_are_told_in_one_mail_a_day() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    for _ in range(25):
        asked = lea.ask(desk.grantor_of(agathe))
        assert (asked.status, lea.decide(asked.body, "withdraw").status) == (201, 200)
    mine = Delivery.objects.filter(recipient=agathe.account.email)
    assert mine.count() == 5
    row = GatheredNotices.objects.get(mailbox=mailbox_of(agathe.account.email))
    assert row.count == 45
    assert gathering.run_due(timezone.now() + timedelta(minutes=59)) == 0
    assert gathering.run_due(timezone.now() + timedelta(minutes=61)) == 2
    told = Email.objects.filter(to=agathe.account.email).latest("pk").message
    assert "45 autres changements vous concernent" in told
    assert desk.REASON not in told
    asked = lea.ask(desk.grantor_of(agathe))
    assert gathering.run_due(timezone.now() + timedelta(hours=20)) == 0, "once a day"
    assert gathering.run_due(timezone.now() + timedelta(hours=26)) == 2
    assert "Un autre changement vous concerne" in Email.objects.filter(to=agathe.account.email).latest("pk").message
    assert asked.status == 201


def test_a_whole_cabinet_works_on() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    people: list[Desk] = [desk.staff() for _ in range(30)]
    for person in people:
        asked = person.ask(desk.grantor_of(agathe))
        assert agathe.decide(asked.body, "approve").body["status"] == "ACTIVE"
    for person in people:
        assert Delivery.objects.filter(recipient=person.account.email).count() == 2
    assert Delivery.objects.filter(recipient=agathe.account.email).count() == 5
    assert GatheredNotices.objects.get().count == 55


def test_a_capital_or_a_plus_leads_to_the_same_person() -> None:
    assert len({mailbox_of(address) for address in variants("lou@staff.example")}) == 1
    assert mailbox_of("lou@staff.example") != mailbox_of("lou@autre.example")
