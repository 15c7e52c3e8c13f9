"""A program that is killed before any of its steps, and again while it makes up for it, loses and doubles nothing.

A step is a transaction of a file, or a call to the outside: killed before the next one, what the last one did stands,
and nobody has heard of it. Nothing that the dying program would still do reaches a file or the server. The programs are
killed in memory, thousands in minutes; `tests/campaigns/test_kills.py` kills the real window of a real server.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.usecases.session import pin_hash
from tests.desktop.usecases import two_programs
from tests.desktop.usecases.test_two_programs import USE_CASES
from tests.desktop.usecases.two_programs import KNOWN_TO_HAVE_STAYED, Families, Office, Program, Watched

ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "2000"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
MAX_STEPS_OF_A_TURN = 30


class Killed(BaseException):
    """Not an error of ours: nothing that handles errors may see it as one."""


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(pin_hash, "ITERATIONS", 1)
    monkeypatch.setattr(pin_hash, "MEMORY_KIB", 32)
    monkeypatch.setattr(two_programs, "Families", Forgiving)


class Forgiving(Families):
    """The families of the real server: who holds a spent token takes back its successor, which nobody used."""

    def __init__(self, server):
        super().__init__(server)
        self._successor = {}

    def refresh(self, refresh_token):
        successor = self._successor.get(refresh_token)
        if refresh_token not in self._owner and successor in self._owner:
            self._owner[refresh_token], self._access[refresh_token] = self._owner[successor], ""
            self.revoke(successor)
        made = super().refresh(refresh_token)
        self._successor[refresh_token] = made.refresh_token
        return made


class MortalOffice(Office):
    """An office whose window dies."""

    is_dead = False

    def _step(self):
        if self.is_dead:  # what follows in handlers of the dying program never happened
            raise Killed
        super()._step()

    def die(self):
        self.is_dead = True
        raise Killed

    def start_again(self):
        """Start the program anew on what the disk holds."""
        self.window.stores.close()  # as the system does: what was not committed is gone
        for lock in (self.window.stores.keys.lock, self.window.gateways.session._refresh_tokens._lock):
            lock.release()
        self.is_dead, self.counts = False, False
        self.window = Program(self)
        gateways = self.window.gateways
        self.window.gateways = replace(
            gateways, server=Watched(gateways.server, self._step), browser=Watched(gateways.browser, self._step)
        )
        gone = self._deleted.keys() - {entry.id for entry in self.window.entries()}
        self.dropped |= {one for one in gone if self._deleted[one] is not OutboxStatus.SENT}
        assert {self._deleted[one] for one in gone} <= set(KNOWN_TO_HAVE_STAYED), "forgotten, and it may have left"

    def turn_and_die(self, *, at):
        """Let the program work until it is killed again, if it comes as far."""
        self.steps, self.at, self.act, self.has_acted = 0, at, self.die, False
        self.counts = True
        with suppress(Killed):
            self.window.turn()
        self.start_again()


def steps_of(folder, monkeypatch, use_case):
    with monkeypatch.context() as patch:
        office = MortalOffice(folder, patch)
        try:
            return office.play(use_case, act=lambda _office: None, at=None)
        finally:
            office.close()


def kill(folder, monkeypatch, *, use_case, at, then):
    """Kill the program in the middle of a use case, then in the turns that follow; look at what became of it all."""
    with monkeypatch.context() as patch:
        office = MortalOffice(folder, patch)
        try:
            with suppress(Killed):
                office.play(use_case, act=MortalOffice.die, at=at)
            office.start_again()
            for moment in then:
                office.turn_and_die(at=moment)
            office.settle()
            office.check()
        except AssertionError as error:
            pytest.fail(f"{use_case.__name__} killed before step {at}, then {then}: {error}")
        finally:
            office.close()


def play(tmp_path, monkeypatch, *, rounds):
    chance, steps, kills = random.Random(SEED), {}, Counter()
    number = 0
    while kills.total() < rounds:
        name = list(USE_CASES)[number % len(USE_CASES)]
        use_case = USE_CASES[name]
        if name not in steps:
            steps[name] = steps_of(tmp_path / f"steps-{number}", monkeypatch, use_case)
        then = [chance.randrange(MAX_STEPS_OF_A_TURN) for _ in range(chance.choice([0, 1, 2]))]
        at = chance.randrange(max(steps[name], 1))
        kill(tmp_path / str(number), monkeypatch, use_case=use_case, at=at, then=then)
        kills[name] += 1 + len(then)
        number += 1
    print(f"{kills.total()} kills in {number} scripts of {len(kills)} use cases, seed {SEED}")


def test_a_program_that_is_killed_loses_and_doubles_nothing(tmp_path, monkeypatch):
    play(tmp_path, monkeypatch, rounds=60)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_two_thousand_kills(tmp_path, monkeypatch):
    play(tmp_path, monkeypatch, rounds=ROUNDS)
