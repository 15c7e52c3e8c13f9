"""A network that cuts, loses, and answers in the server's place: nothing lost, doubled, signed out, or shown wrongly."""

from __future__ import annotations

import os
import random
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import new_uuid
from tests.journeys.losing import FAULTS, PASS, losing
from tests.journeys.machine import Machine

pytestmark = pytest.mark.journey

CERTAIN = (OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU)
"""What says that the server did nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with losing(tmp_path_factory.mktemp("server"), entries=200) as made:
        made.start()
        made.wait_until_ready()
        yield made


@pytest.fixture(scope="module")
def people(server):
    return {person["case"]: person for person in server.people()}


def effects(server, reason):
    """Return the states of what the server made of a request."""
    with sqlite3.connect(f"file:{server.folder / 'comptexpert.db'}?mode=ro", uri=True) as connection:
        found = connection.execute("SELECT status FROM delegations_delegation WHERE reason = ?", [reason]).fetchall()
    connection.close()
    return [row[0] for row in found]


class Script:
    """One person, and a network whose every answer is drawn."""

    def __init__(self, folder, server, people, *, seed):
        self.server, self.people = server, people
        self.chance = random.Random(seed)
        self.machine = Machine(folder, server)
        self.now = datetime.now(UTC)
        self.machine.sign_in(people["staff"])
        self.turn()
        self.withdraw_all()

    def turn(self):
        outcome = sync.turn(self.machine.stores, self.machine.gateways, now=self.now, with_registry=False)
        assert outcome.session == "", "signed out"
        return outcome

    def ask(self):
        new_id = new_uuid()
        request = NewRequest(
            service="jesignexpert",
            rights=("prepare",),
            grantor_entry_id=self.people["ec"]["entry_id"],
            grantor_name="",
            firm_id=self.people["ec"]["firms"][0]["id"],
            reason=new_id,
            valid_until=(self.now + timedelta(days=60)).date(),
        )
        delegations.ask(self.machine.stores, request=request, now=self.now, new_id=new_id)
        return new_id

    def withdraw_all(self):
        query = DelegationQuery(role=Role.GRANTEE)
        for row in delegations.page(self.machine.stores, query=query, limit=500, offset=0).rows:
            if row.delegation.status == "PENDING" and row.intent is None:
                withdraw = Decision(Action.WITHDRAW)
                delegations.decide(
                    self.machine.stores,
                    delegation_id=row.delegation.id,
                    decision=withdraw,
                    now=self.now,
                    new_id=new_uuid(),
                )
        self.turn()

    def play(self):
        """Ask, let the network do what it does, then mend it; at no moment is anything shown that is not so."""
        reason = self.ask()
        self.server.fault = lambda _request: self.chance.choice(FAULTS) if self.chance.random() < 0.6 else PASS
        try:
            for _ in range(self.chance.randint(2, 6)):
                self.turn()
                self.check(reason)
                self.now += timedelta(minutes=self.chance.choice([0, 1, 20]))
                if self.chance.random() < 0.3:  # a new start: the access token is asked for again
                    self.machine.gateways.session.clear()
                    session.restore(self.machine.stores, session=self.machine.gateways.session)
        finally:
            self.server.fault = lambda _request: PASS
        for _ in range(4):
            self.now += timedelta(minutes=61)
            self.turn()
        assert effects(self.server, reason) == ["PENDING"]
        assert {entry.id: entry.status for entry in outbox.entries(self.machine.stores)}[reason] == OutboxStatus.SENT
        self.withdraw_all()
        self.turn()
        assert effects(self.server, reason) == ["WITHDRAWN"]

    def check(self, reason):
        made = effects(self.server, reason)
        assert len(made) <= 1, "done twice"
        entry = next(entry for entry in outbox.entries(self.machine.stores) if entry.id == reason)
        assert not (made and entry.status in CERTAIN), f"shown wrongly: {entry.status} {entry.code}"
        if made and entry.status is not OutboxStatus.SENT:
            with pytest.raises(NotAllowed):
                outbox.discard(self.machine.stores, outbox_id=reason)


def run(folder, server, people, *, seed):
    script = Script(folder, server, people, seed=seed)
    try:
        script.play()
    except AssertionError as error:
        pytest.fail(f"seed {seed}: {error}")
    finally:
        script.machine.close()


@pytest.mark.parametrize("seed", range(6))
def test_no_script_of_the_network_loses_doubles_signs_out_or_misleads(tmp_path, server, people, seed):
    run(tmp_path / "data", server, people, seed=seed)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_thousands_of_scripts_of_the_network(tmp_path, server, people):
    rounds = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "5000"))
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    for number in range(rounds):
        run(tmp_path / str(number), server, people, seed=seed + number)
    print(f"{rounds} scripts from seed {seed}")
