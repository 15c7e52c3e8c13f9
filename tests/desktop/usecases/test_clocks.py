"""The clock of a machine may be years off: nothing is lost, done twice, or said wrongly because of it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptexpert_desktop.domain import notice
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import notices, outbox
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.usecases.conftest import Desk
from tests.desktop.usecases.test_signup import STAFF
from tests.fakes import TODAY, a_delegation, an_account, new_uuid

OFFLINE = Unreachable(data={"sent": False})
KARIM = an_account("karim.leroux", may_grant=False)


def sign_up(desk, draft=STAFF):
    new_id = new_uuid()
    signup.submit(desk.stores, draft=draft, now=desk.now, new_id=new_id)
    return new_id


@pytest.mark.parametrize("behind", [200, 4000, 0, -100])
def test_a_first_request_arrives_although_the_clock_was_wrong_when_it_was_entered(desk, behind):
    desk.set_clock(days=-behind)
    desk.server.faults.append(OFFLINE)
    sign_up(desk)
    desk.turn()
    desk.set_clock(days=0)
    desk.turn()
    desk.turn()
    desk.gateways.browser.account = KARIM
    desk.sign_in()
    desk.turn()
    assert len([call for call in desk.server.writes if call.path == "/delegations"]) == 1


def test_a_clock_that_jumps_once_forgets_no_sign_up_that_something_waits_for(desk):
    outbox_id = sign_up(desk)
    desk.turn()
    for days in (100, -4000, 4000, 0):
        desk.set_clock(days=days)
        desk.turn()
    desk.set_clock(days=0)
    desk.later(days=3650)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")


def test_what_was_sent_is_forgotten_when_both_clocks_call_it_old(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    desk.turn()
    desk.set_clock(days=40)
    desk.turn()
    assert outbox_id in desk.states()
    desk.server.dates = lambda: desk.now + timedelta(days=400)
    desk.set_clock(days=0)
    desk.turn()
    assert outbox_id in desk.states()
    desk.server.dates = lambda: desk.now
    desk.later(days=31)
    desk.turn()
    assert outbox_id not in desk.states()


def test_an_approval_is_not_asked_again_because_a_clock_jumped(desk):
    desk.sign_in()
    outbox_id = desk.decide(desk.told())
    desk.set_clock(days=2)
    desk.restart()
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")


def test_an_approval_that_waited_a_day_is_asked_again_although_the_clock_is_wrong(desk):
    for days in (400, -400):
        desk.set_clock(days=days)
        desk.sign_in()
        outbox_id = desk.decide(desk.told())
        desk.later(hours=25)
        desk.restart()
        desk.turn()
        assert desk.states()[outbox_id] == ("needs_you", "INTENT_TOO_OLD")


def test_a_wrong_clock_is_said_until_it_is_right(desk):
    desk.set_clock(minutes=6)
    desk.turn()
    assert status.summary(desk.stores).clock_is_wrong
    desk.set_clock(minutes=-4)
    desk.turn()
    assert not status.summary(desk.stores).clock_is_wrong


@pytest.mark.parametrize("days", [340, 3650, -3650])
def test_a_clock_that_is_wrong_at_the_first_synchronisation_dates_no_notice_and_announces_no_end(desk, days):
    desk.set_clock(days=days)
    made = a_delegation(grantor=desk.account, status=Status.ACTIVE, valid_until=TODAY + timedelta(days=31))
    desk.server.delegations[made.id] = made
    desk.sign_in()
    desk.turn()
    assert notices.every(desk.stores) == ()
    desk.set_clock(days=0)
    desk.later(days=1)
    desk.restart()
    desk.turn()
    (one,) = notices.every(desk.stores)
    assert (one.kind, one.at) == (notice.Kind.ENDING, desk.now)


@pytest.mark.parametrize("days", [340, 3650])
def test_a_clock_that_is_wrong_while_the_server_is_away_announces_no_end(desk, days):
    desk.sign_in()
    desk.told(status=Status.ACTIVE)
    desk.set_clock(days=days)
    desk.restart()
    desk.server.faults.extend([OFFLINE] * 9)
    desk.turn()
    assert notices.every(desk.stores) == ()


def test_the_day_is_that_of_france_in_every_hour_of_years():
    paris, moment = ZoneInfo("Europe/Paris"), datetime(2024, 1, 1, tzinfo=UTC)
    while moment.year < 2032:
        assert day_in_france(moment) == moment.astimezone(paris).date()
        moment += timedelta(hours=1)


class History:
    """One person, one machine and its clock, which anything may set at any time."""

    def __init__(self, folder, *, seed):
        self.desk = Desk(folder)
        self.chance = random.Random(seed)
        self.queued = []
        self.born = {}
        """When each decision was made in true time, and whether the clock was wrong then."""
        self.sent = set()
        self.desk.sign_in()

    def step(self):
        getattr(
            self, self.chance.choice(["decide", "sign_up", "turn", "turn", "pass_time", "jump", "lose", "restart"])
        )()
        entries = {entry.id: entry for entry in outbox.entries(self.desk.stores)}
        self.sent |= {entry.id for entry in entries.values() if entry.status is OutboxStatus.SENT}
        assert [one for one in self.queued if one not in self.sent and one not in entries] == [], "lost"
        wrong = [entry for entry in entries.values() if entry.code == "INTENT_TOO_OLD" and not self.waited[entry.id]]
        assert wrong == [], "said wrongly"

    @property
    def waited(self):
        """Which of the decisions waited for a day of true time, or cannot be told from one that did."""
        return {one: self.true - at > timedelta(hours=24) or was_wrong for one, (at, was_wrong) in self.born.items()}

    @property
    def true(self):
        return self.desk.now - self.desk.ahead

    def decide(self):
        told = self.desk.told()
        if delegations.detail(self.desk.stores, delegation_id=told) is not None:
            action = self.chance.choice([Action.APPROVE, Action.REFUSE])
            self._kept(self.desk.decide(told, action, note="Pas ce dossier" if action is Action.REFUSE else ""))

    def sign_up(self):
        name = f"essai{len(self.queued):03d}"
        self._kept(sign_up(self.desk, replace(STAFF, id=new_uuid(), login_id=name, login_id_again=name)))

    def _kept(self, new_id):
        self.queued.append(new_id)
        self.born[new_id] = (self.true, bool(self.desk.ahead))

    def turn(self):
        self.desk.turn()

    def pass_time(self):
        self.desk.later(hours=self.chance.choice([0.1, 1, 12, 60, 24 * 40]))

    def jump(self):
        days = self.chance.choice([0, 0, 0, 1, -1, 40, -40, 365, -365, 3650, -3650])
        self.desk.set_clock(days=days, hours=self.chance.uniform(-2, 2) if days else 0)

    def lose(self):
        self.desk.server.faults.append(OFFLINE)

    def restart(self):
        self.desk.restart()

    def end(self):
        """Put the clock right, confirm what is asked again, and let everything leave."""
        self.desk.server.faults.clear()
        self.desk.set_clock(days=0)
        for _ in range(4):
            for entry in outbox.entries(self.desk.stores):
                if entry.status is OutboxStatus.NEEDS_YOU and entry.code == "INTENT_TOO_OLD":
                    outbox.retry(self.desk.stores, outbox_id=entry.id, now=self.desk.now)
            self.desk.turn()
            self.desk.later(minutes=61)
        self.sent |= {entry.id for entry in outbox.entries(self.desk.stores) if entry.status is OutboxStatus.SENT}
        assert sorted(set(self.queued) - self.sent) == [], "lost"
        assert len(self.desk.server.effects) == len(set(self.queued)), "done twice"
        self.desk.stores.close()


def play(folder, *, seed):
    history = History(folder, seed=seed)
    for _ in range(history.chance.randint(6, 25)):
        history.step()
    history.end()


def test_no_history_of_a_clock_loses_doubles_or_misleads(tmp_path):
    for seed in range(15):
        play(tmp_path / str(seed), seed=seed)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_thousand_histories_of_a_clock(tmp_path):
    for seed in range(1000):
        play(tmp_path / str(seed), seed=seed)
