"""A clock that is years ahead for an hour ends no session, drops no mail, and leaves nothing that is waited for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.idp.oidc.models import Token
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.base.models import SetAside
from comptexpert_server.base.set_aside import each
from comptexpert_server.mail import gathering, recipient_limits
from comptexpert_server.mail.models import Delivery, GatheredNotices
from comptexpert_server.mail.outgoing import Kind, Mail, queue
from comptexpert_server.mail.queue import send_round
from comptexpert_server.operations import clock_watch
from comptexpert_server.sessions.models import SignOutNotice, TokenFamily
from comptexpert_server.sso import backchannel
from comptexpert_server.web.limits import Limit, consume, consume_items
from tests.server.mail.relay import running_relay
from tests.server.visitor import Application, me

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.server.mail.relay import StubRelay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
AHEAD = [timedelta(days=days) for days in (1, 15, 400, 3650)]
YEARS = timedelta(days=3650)


class Clock:
    """The clock of the whole server."""

    def __init__(self) -> None:
        self.ahead, self.true = timedelta(), timezone.now
        clock_watch.accept(self())

    def __call__(self) -> datetime:
        return self.true() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@pytest.fixture
def relay(settings: Any) -> Iterator[StubRelay]:
    with running_relay() as stub:
        settings.EMAIL_URL = stub.url
        yield stub


@pytest.mark.parametrize("ahead", AHEAD, ids=lambda ahead: f"{ahead.days} days")
def test_a_session_outlives_a_clock_that_was_ahead(clock: Clock, ahead: timedelta) -> None:
    application = Application()
    tokens = application.tokens()
    clock.ahead = ahead
    answer = application.refresh(tokens["refresh_token"])
    if answer.status_code != 200:
        assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    clock.ahead = timedelta()
    kept = answer.json().get("refresh_token", tokens["refresh_token"])
    assert me(application.refresh(kept).json()["access_token"]).status_code == 200


@pytest.mark.parametrize("days", [15, 400])
def test_a_lost_answer_is_asked_again_across_a_jump(clock: Clock, days: int) -> None:
    application = Application()
    first = application.tokens()
    application.refresh(first["refresh_token"])
    clock.ahead = timedelta(days=days)
    assert application.refresh(first["refresh_token"]).status_code == 503
    clock.ahead = timedelta()
    assert application.refresh(first["refresh_token"]).status_code == 200


def test_a_session_that_is_past_its_life_by_a_clock_that_is_believed_is_over(clock: Clock) -> None:
    application = Application()
    tokens = application.tokens()
    clock.ahead = timedelta(days=31)
    clock_watch.accept(clock())
    assert application.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert not TokenFamily.objects.exists()
    assert not Token.objects.filter(type=Token.Type.REFRESH_TOKEN).exists()


def a_mail(**changes: Any) -> None:
    queue(Mail(**({"kind": Kind.OTHER, "to": "p@x.example", "subject": "S", "text": "Bonjour"} | changes)))


def test_a_mail_whose_link_the_clock_calls_past_waits_and_leaves(clock: Clock, relay: StubRelay) -> None:
    a_mail(useful_until=clock() + timedelta(hours=48))
    relay.hang_up_at.add("p@x.example")
    clock.ahead = YEARS
    send_round()
    assert not Email.objects.filter(status=STATUS.failed).exists()
    clock.ahead = timedelta()
    relay.hang_up_at.clear()
    assert send_round().sent == 1


def test_a_recipient_who_was_refused_for_a_moment_is_not_given_up_by_a_jump(clock: Clock, relay: StubRelay) -> None:
    a_mail()
    relay.refuse("p@x.example", 451)
    send_round()
    clock.ahead = YEARS
    send_round()
    assert not Email.objects.filter(status=STATUS.failed).exists()
    clock.ahead = timedelta()
    relay.refused.clear()
    assert send_round().sent == 1, "its next attempt was set by the clock that was ahead"


def test_a_mail_that_a_worker_held_when_it_died_under_a_wrong_clock_leaves(clock: Clock, relay: StubRelay) -> None:
    a_mail()
    Delivery.objects.update(claimed_until=clock() + YEARS)
    assert send_round().sent == 1
    assert relay.recipients() == ["p@x.example"]


def test_what_a_worker_holds_now_is_left_alone(clock: Clock, relay: StubRelay) -> None:
    a_mail()
    Delivery.objects.update(claimed_until=clock() + timedelta(minutes=5, seconds=30))
    assert send_round().sent == 0
    assert relay.recipients() == []


def test_nothing_waits_for_a_moment_that_a_wrong_clock_set(clock: Clock) -> None:
    far = clock() + YEARS
    GatheredNotices.objects.create(mailbox="m", recipient="p@x.example", count=2, due_at=far)
    SetAside.objects.create(job="test", row="1", reason="x", first_at=far, last_at=far, next_at=far)
    SignOutNotice.objects.create(client_id="gone", subject="s", session_id="s", at=far, next_at=far)
    assert gathering.run_due(clock()) == 1
    assert backchannel.run_due(clock(), post=lambda _address, _token: 200) == 1
    each("test", TokenFamily.objects.none(), step=lambda _row: True, now=clock())
    assert not SetAside.objects.filter(job="test").exists()


def test_the_end_of_a_session_is_not_forgotten_by_a_clock_that_jumped(clock: Clock) -> None:
    SignOutNotice.objects.create(client_id="gone", subject="s", session_id="s", at=clock(), next_at=clock())
    clock.ahead = YEARS
    assert backchannel.run_due(clock(), post=lambda _address, _token: 200) == 1


def test_a_limit_that_was_reached_under_a_wrong_clock_holds_nobody_once_it_is_right(clock: Clock) -> None:
    limit = Limit(name="test", count=2, window=timedelta(hours=1))
    mailbox = recipient_limits.mailbox_of("p@x.example")
    daily = recipient_limits.limit_of("reset")
    assert daily is not None
    clock.ahead = YEARS
    for number in range(3):
        consume(limit, subject="s", now=clock())
        consume_items(limit, subject="t", items=[f"{number}"], now=clock())
        a_mail(kind=Kind.RESET)
    assert consume(limit, subject="s", now=clock())
    assert not recipient_limits.has_room(daily, mailbox=mailbox, now=clock())
    clock.ahead = timedelta()
    assert consume(limit, subject="s", now=clock()) == 0
    assert consume_items(limit, subject="t", items=["a", "b"], now=clock()) == 0
    assert recipient_limits.has_room(daily, mailbox=mailbox, now=clock())
    assert recipient_limits.kinds_of_today([mailbox], now=clock()) == {mailbox: []}
