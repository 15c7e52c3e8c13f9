"""Whatever lies in its rows, the worker does all that can be done, tells each fault once and never ends."""

from __future__ import annotations

import itertools
import logging
import os
import random
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from comptexpert_server.base.models import SetAside
from comptexpert_server.base.set_aside import FIRST_DELAY, MAX_DELAY, attempt, each, put_aside
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.operations import worker
from comptexpert_server.operations.worker import Schedule, turn
from tests.server import desk
from tests.server.operations.damage import Cabinet, cabinet, damage

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db
ROWS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROWS", "2000"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """List what the worker told of rows that it set aside."""
    return [
        record.getMessage().split(" is set aside")[0]
        for record in caplog.records
        if "is set aside" in record.getMessage()
    ]


def damaged_world(number: int, dice: random.Random) -> tuple[list[Cabinet], list[Cabinet], Counter[str]]:
    """Lay cabinets and damage `number` rows of most of them; return the sound ones, the others, what was damaged."""
    today, now = timezone.localdate(), timezone.now()
    sound = [cabinet(today, now) for _ in range(max(3, number // 100))]
    others: list[Cabinet] = []
    done: Counter[str] = Counter()
    while sum(done.values()) < number:
        broken = cabinet(today, now)
        others.append(broken)
        for row in dice.sample(list(broken.rows()), 8):
            if name := damage(row, dice):
                done[name.split()[0]] += 1
    return sound, others, done


def play(number: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(SEED)
    sound, others, done = damaged_world(number, dice)
    clock: list[datetime] = [timezone.now()]
    monkeypatch.setattr(worker, "now", lambda: clock[0])
    for _ in range(3):
        turn(Schedule())
        clock[0] += timedelta(hours=1)
    assert [one.undone() for one in sound] == [[]] * len(sound), f"seed {SEED}"
    names = told(caplog)
    again = [name for name, times in Counter(names).items() if times > 1]
    assert again == [], f"seed {SEED}"
    aside = {f"{job}: {row}" for job, row in SetAside.objects.values_list("job", "row")}
    assert aside <= set(names)
    assert not [name for name in names if name.endswith(": *")], f"a whole job failed, seed {SEED}"
    assert len(done) >= 9, done
    caplog.clear()
    print(f"{sum(done.values())} rows damaged in {len(others)} cabinets, {len(names)} set aside, seed {SEED}: {done}")


def test_a_hundred_and_twenty_damaged_rows_keep_no_other_from_being_done(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(120, caplog, monkeypatch)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_two_thousand_damaged_rows_keep_no_other_from_being_done(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(ROWS, caplog, monkeypatch)


def test_a_row_is_tried_again_more_and_more_rarely_and_forgotten_once_mended() -> None:
    right = desk.active(desk.staff(), desk.expert(desk.firm()))
    found = Delegation.objects.filter(pk=right["id"])
    tries: list[datetime] = []

    def step(_row: Delegation) -> None:
        tries.append(moment)
        raise ValueError

    logging.getLogger("comptexpert_server.base.set_aside").disabled = True
    start = moment = timezone.now()
    try:
        for minutes in (*range(3 * 60), *range(3 * 60, 5 * 24 * 60, 10)):
            moment = start + timedelta(minutes=minutes)
            each("test", found, step=step, now=moment)
    finally:
        logging.getLogger("comptexpert_server.base.set_aside").disabled = False
    gaps = [second - first for first, second in itertools.pairwise(tries)]
    assert gaps[0] == FIRST_DELAY
    assert gaps == sorted(gaps)
    assert max(gaps) == MAX_DELAY
    assert SetAside.objects.get().tries == len(tries)
    assert each("test", found, step=lambda _row: None, now=moment + MAX_DELAY) == 1
    assert not SetAside.objects.exists()


def test_a_row_that_is_no_longer_due_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    moment = timezone.now()
    put_aside("test", "17", fault=ValueError(), now=moment)
    each("test", Delegation.objects.none(), step=lambda _row: None, now=moment + timedelta(hours=1))
    assert not SetAside.objects.exists()
    assert told(caplog) == ["test: 17"]
    caplog.clear()


def test_a_database_that_is_away_blames_no_row() -> None:
    def away() -> None:
        raise OperationalError("server closed the connection")

    with pytest.raises(OperationalError):
        attempt("test", "17", away, now=timezone.now())
    assert not SetAside.objects.exists()


def test_the_worker_outlives_any_fault(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    stop, turns = threading.Event(), []

    def failing(_rhythm: Any, **_options: Any) -> None:
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        raise RecursionError

    monkeypatch.setattr(worker, "turn", failing)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's own is in a transaction
    worker.run(stop=stop, pause=0.0)
    assert len(turns) == 3
    caplog.clear()


def test_a_job_that_fails_as_a_whole_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "review", lambda _now: 1 / 0)
    one = cabinet(timezone.localdate(), timezone.now())
    assert turn(Schedule()) is False
    assert set(one.undone()) <= {"review"}
    assert SetAside.objects.get().row == "*"
    assert told(caplog) == ["reviews: *"]
    caplog.clear()
    monkeypatch.undo()
    assert turn(Schedule()) is True
    assert not SetAside.objects.exists()


def test_what_is_set_aside_is_counted() -> None:
    put_aside("delegations.expire", "17", fault=ValueError("le nom"), now=timezone.now())
    shown = Client().get("/metrics").content.decode()
    assert 'comptexpert_rows_set_aside{job="delegations.expire"} 1.0' in shown
    assert "le nom" not in SetAside.objects.get().reason
