"""A clock that jumps ends nothing and deletes nothing, and that is said wherever somebody looks."""

from __future__ import annotations

import logging
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.base.models import ClockWatch, WorkerTurn
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.operations import clock_watch, worker
from comptexpert_server.operations.checks import safe_database
from comptexpert_server.web.metrics import worker_is_late
from tests.server import desk

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, which a test sets."""

    class Clock:
        ahead = timedelta()

        def __call__(self):
            return timezone.now() + self.ahead

    made = Clock()
    monkeypatch.setattr(worker, "now", made)
    monkeypatch.setattr("comptexpert_server.web.metrics.now", made)
    return made


@pytest.fixture
def granted():
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    return desk.active(lea, agathe, valid_until=(today() + timedelta(days=5)).isoformat())


@pytest.fixture
def sign_in():
    return Session.objects.create(session_key="kept", session_data="", expire_date=timezone.now() + timedelta(days=14))


def status(case):
    return Delegation.objects.get(pk=case["id"]).status


def test_a_clock_that_went_a_year_ahead_ends_nothing_and_deletes_nothing(clock, granted, sign_in, caplog):
    worker.turn(worker.Schedule())
    clock.ahead = 400 * DAYS
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert not worker.turn(worker.Schedule())
    assert status(granted) == "ACTIVE"
    assert Session.objects.filter(pk=sign_in.pk).exists()
    assert len([one for one in caplog.records if "ahead of all that is known" in one.getMessage()]) == 1
    assert "comptexpert.W010" in [message.id for message in safe_database()]
    assert "comptexpert_clock_held 1.0" in Client().get("/metrics").content.decode()
    clock.ahead = timedelta()
    assert worker.turn(worker.Schedule())
    assert not ClockWatch.objects.exclude(held_at=None).exists()
    assert "comptexpert_clock_held 0.0" in Client().get("/metrics").content.decode()


def test_what_is_due_is_done_once_somebody_says_that_the_clock_is_right(clock, granted):
    worker.turn(worker.Schedule())
    clock.ahead = 10 * DAYS
    assert not worker.turn(worker.Schedule())
    clock_watch.accept(clock())
    assert worker.turn(worker.Schedule())
    assert status(granted) == "EXPIRED"


def line(number, *, at):
    AuditEvent.objects.create(number=number, at=at, action="sign", object_id="x", previous="", digest="x")


def steps(clock, hours):
    """Let time pass while the worker works; returns whether its last turn believed the clock."""
    is_whole = False
    for _ in range(hours):
        clock.ahead += timedelta(hours=1)
        is_whole = worker.turn(worker.Schedule())
    return is_whole


def test_a_line_that_the_same_clock_dated_is_no_witness(clock, granted):
    worker.turn(worker.Schedule())
    clock.ahead = 400 * DAYS
    assert not worker.turn(worker.Schedule())
    line(10_000, at=clock())
    assert not worker.turn(worker.Schedule())
    assert not steps(clock, 5)
    clock.ahead = timedelta()
    assert worker.turn(worker.Schedule())
    assert status(granted) == "ACTIVE"


def test_after_a_holiday_the_first_line_says_what_day_it_is(clock, granted):
    worker.turn(worker.Schedule())
    clock.ahead = 40 * DAYS
    assert not worker.turn(worker.Schedule()), "nobody acted"
    line(10_000, at=clock())
    assert worker.turn(worker.Schedule())
    assert status(granted) == "EXPIRED"


def test_after_a_longer_pause_a_line_and_six_hours_say_what_time_it_is(clock, granted):
    worker.turn(worker.Schedule())
    clock.ahead = 100 * DAYS
    assert not worker.turn(worker.Schedule())
    assert not steps(clock, 7), "nobody acted"
    line(10_000, at=clock())
    assert steps(clock, 1)
    assert status(granted) == "EXPIRED"


def test_a_clock_that_jumps_again_while_it_is_doubted_has_not_stood(clock, granted, caplog):
    worker.turn(worker.Schedule())
    with caplog.at_level(logging.ERROR):
        for days in (100, 400, 120, 800):
            clock.ahead = days * DAYS
            assert not worker.turn(worker.Schedule())
            line(10_000 + days, at=clock())
            assert not steps(clock, 3)
    assert len([one for one in caplog.records if "ahead of all that is known" in one.getMessage()]) == 4
    assert status(granted) == "ACTIVE"


def test_a_worker_that_was_away_believes_the_lines_that_were_written_meanwhile(clock, granted):
    worker.turn(worker.Schedule())
    for number in range(48):
        line(10_000 + number, at=clock() + timedelta(hours=5 * number))
    clock.ahead = 10 * DAYS
    assert worker.turn(worker.Schedule())
    assert status(granted) == "EXPIRED"


def test_a_first_turn_and_a_night_without_the_server_hold_nothing(clock, granted):
    assert worker.turn(worker.Schedule())
    clock.ahead = clock_watch.MAX_JUMP - timedelta(minutes=1)
    assert worker.turn(worker.Schedule())


def test_a_clock_that_is_put_back_stops_no_job(clock, granted):
    seconds = [0.0]
    schedule = worker.Schedule(clock=lambda: seconds[0])
    clock.ahead = 2 * DAYS
    worker.turn(schedule)
    clock.ahead = timedelta()
    Delegation.objects.filter(pk=granted["id"]).update(valid_until=today() - DAYS)
    seconds[0] += worker.BETWEEN_JOBS.total_seconds()
    worker.turn(schedule)
    assert status(granted) == "EXPIRED"


def test_a_turn_that_lies_in_the_future_is_no_sign_of_a_worker():
    WorkerTurn.objects.create(id=1, at=timezone.now() + 2 * DAYS)
    assert worker_is_late()


def histories(number, *, seed):
    """Yield histories of a clock: time passes, and it is right, or ten years, a year or a day off on either side."""
    chance = random.Random(seed)
    for _ in range(number):
        yield [
            (
                timedelta(minutes=chance.uniform(0.2, 90)),
                timedelta(days=chance.choice([0, 0, 0, 1, 365, 3650, -1, -3650])),
            )
            for _ in range(chance.randint(3, 12))
        ]


def check(number, *, seed):
    """No wrong reading ahead is believed; every right one is, unless the worker was away for as long as a jump."""
    for steps in histories(number, seed=seed):
        true = known = datetime(2030, 1, 7, tzinfo=UTC)
        clock_watch.accept(true)
        for passed, offset in steps:
            true += passed
            is_doubtful = offset > timedelta() or (not offset and true - known > clock_watch.MAX_JUMP)
            assert clock_watch.is_believed(true + offset) != is_doubtful, (seed, steps)
            known = known if is_doubtful else max(known, true + offset)


def test_no_history_of_the_clock_makes_it_believe_a_jump_or_doubt_the_right_time():
    check(40, seed=20260101)


@pytest.mark.campaign
def test_a_thousand_histories_of_the_clock():
    check(1000, seed=20260101)
