"""Two people share a workstation: what one queued never leaves with the other's token, whatever happens in between.

Hypothesis plays sign-ins, switches, sign-outs, crashes, lost answers and dead tokens in any order, on the real files
and use cases; the server notes whose token carried what. At the end each comes back, and all that was queued arrives
once, as the one who queued it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comptexpert_desktop.domain.delegation import Action, Decision, NewRequest, Status
from comptexpert_desktop.errors import SessionExpired, Unreachable
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts, session
from comptexpert_desktop.usecases.sync import retention, sync
from tests.fakes import NOW, FakeServer, FakeVault, a_delegation, a_me, an_account, an_entry, fake_gateways, new_uuid

REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")
PEOPLE = {name: an_account(name) for name in ("claire.aubier", "paul.marchand")}
NAMES = st.sampled_from(sorted(PEOPLE))
OFFLINE = Unreachable(data={"sent": False})
LOST = Unreachable(data={"sent": True})


class Office(FakeServer):
    """A server that notes who each write came from, and may be out of reach."""

    def __init__(self):
        super().__init__()
        self.is_offline = False
        self.came_from = []

    def submit(self, call, *, token):
        if not self.is_offline:
            me = self.accounts.get(token)
            self.came_from.append((call.key, me.account.login_id if me else ""))
        return super().submit(call, token=token)

    def _called(self, name):
        if self.is_offline:
            raise OFFLINE
        super()._called(name)

    def _signed_in(self, token):
        if self.is_offline:
            raise OFFLINE
        return super()._signed_in(token)


class Hands:
    """A browser in which either person signs in; each has one live refresh token."""

    def __init__(self, server):
        self.server = server
        self.person = "claire.aubier"
        self.live = {}

    def sign_in(self, *, cancelled, fresh=False, hand_over=None):
        return self._tokens(self.person)

    def refresh(self, refresh_token):
        if self.server.is_offline:
            raise OFFLINE
        owner = next((name for name, live in self.live.items() if live == refresh_token), None)
        if owner is None:
            raise SessionExpired
        return self._tokens(owner)

    def revoke(self, refresh_token):
        if self.server.is_offline:
            raise OFFLINE
        self.live = {name: live for name, live in self.live.items() if live != refresh_token}

    def _tokens(self, name):
        gateways = fake_gateways(account=PEOPLE[name])
        made = gateways.browser.sign_in(cancelled=None)
        self.server.accounts[made.access_token] = a_me(PEOPLE[name])
        self.live[name] = made.refresh_token
        return made


class Workstation(RuleBasedStateMachine):
    """One folder, one vault, two people."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="comptexpert-two-people-"))
        self.vault, self.server = FakeVault(), Office()
        self.browser = Hands(self.server)
        self.now = NOW
        self.queued = {}
        self.batch = self.results = None
        self._start()

    def _start(self):
        self.stores = Stores(self.folder / "data", server_url="http://127.0.0.1:8000", vault=self.vault)
        gateways = fake_gateways(vault=self.vault, in_store=self.stores.attempt, folder=self.stores.folder)
        self.gateways = replace(gateways, server=self.server, browser=self.browser)
        session.restore(self.stores, session=self.gateways.session)

    def teardown(self):
        try:
            self._everything_arrives()
        finally:
            self.stores.close()
            shutil.rmtree(self.folder)

    @property
    def at_desk(self):
        """The identifiant of the account whose file is open."""
        return self.stores.account.meta("login_id") if self.stores.account else ""

    # -- What people do ---------------------------------------------------------------------------

    @initialize(first=NAMES)
    def someone_begins(self, first):
        self.sign_in(first)

    @rule(name=NAMES)
    def sign_in(self, name):
        self.browser.person = name
        if not self.server.is_offline:
            signed_in = session.sign_in(self.gateways, cancelled=threading.Event())
            session.begin(self.stores, signed_in=signed_in, now=self.now)

    @rule(name=NAMES)
    def sign_in_and_never_come_back(self, name):
        """The browser answers, and the person gives up before the window keeps it."""
        self.browser.person = name
        if not self.server.is_offline:
            session.sign_in(self.gateways, cancelled=threading.Event())

    @rule(name=NAMES)
    def switch(self, name):
        if any(known.login_id == name for known in self.stores.accounts.known()):
            accounts.switch(self.stores, account_id=PEOPLE[name].account_id)

    @precondition(lambda self: self.at_desk)
    @rule(is_told=st.booleans())
    def sign_out(self, is_told):
        if is_told:
            session.revoke(self.gateways)
        session.sign_out(self.stores, session=self.gateways.session)

    @precondition(lambda self: self.at_desk)
    @rule()
    def ask(self):
        new_id = new_uuid()
        owner = self.at_desk
        delegations.ask(self.stores, request=REQUEST, now=self.now, new_id=new_id)
        self.queued[new_id] = owner

    @precondition(lambda self: self.at_desk)
    @rule()
    def revoke_one(self):
        """Decide about a delegation of one's own that the server told."""
        owner = self.at_desk
        made = a_delegation(grantor=PEOPLE[owner], status=Status.ACTIVE)
        self.server.delegations[made.id] = made
        self.whole_turn()
        if self.at_desk == owner and delegations.detail(self.stores, delegation_id=made.id) is not None:
            new_id = new_uuid()
            revoke = Decision(Action.REVOKE)
            delegations.decide(self.stores, delegation_id=made.id, decision=revoke, now=self.now, new_id=new_id)
            self.queued[new_id] = owner

    # -- What the program does ----------------------------------------------------------------------

    @precondition(lambda self: self.batch is None)
    @rule()
    def whole_turn(self):
        if self.batch is None:
            sync.turn(self.stores, self.gateways, now=self.now, with_registry=False)

    @precondition(lambda self: self.batch is None)
    @rule()
    def collect(self):
        self.batch, self.results = sync.collect(self.stores, now=self.now, with_registry=False), None

    @precondition(lambda self: self.batch is not None and self.results is None)
    @rule()
    def send(self):
        self.results = sync.send(self.gateways, batch=self.batch)

    @precondition(lambda self: self.results is not None)
    @rule()
    def apply(self):
        results, self.batch, self.results = self.results, None, None
        sync.apply(self.stores, results=results, now=self.now)

    # -- What goes wrong ----------------------------------------------------------------------------

    @rule()
    def crash(self):
        """Everything in memory is lost, a turn under way too."""
        self.stores.close()
        self.batch = self.results = None
        self._start()

    @rule(is_offline=st.booleans())
    def network(self, is_offline):
        self.server.is_offline = is_offline

    @rule()
    def lose_an_answer(self):
        self.server.after.append(LOST)

    @rule()
    def every_access_token_ends(self):
        self.server.dead_tokens |= set(self.server.accounts)

    @precondition(lambda self: self.at_desk and self.batch is None)
    @rule(name=NAMES)
    def somebody_enters_while_a_call_is_out(self, name):
        """The server says 401, and before the renewal another person signs in: the worst moment."""
        self.ask()
        self.every_access_token_ends()
        real, person = self.server.submit, self

        def submit(call, *, token):
            self.server.submit = real
            person.sign_in_and_never_come_back(name)
            return real(call, token=token)

        self.server.submit = submit
        self.whole_turn()
        vars(self.server).pop("submit", None)

    @rule(name=NAMES)
    def the_server_ends_a_session(self, name):
        self.browser.live.pop(name, None)
        self.every_access_token_ends()

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.gateways.session._clock.seconds += minutes * 60

    # -- What must hold -----------------------------------------------------------------------------

    @invariant()
    def nothing_came_with_the_token_of_another(self):
        wrong = [(key, who) for key, who in self.server.came_from if who and self.queued.get(key) != who]
        assert wrong == []

    @invariant()
    def nobody_sees_what_another_queued(self):
        if not self.at_desk:
            return
        seen = {entry.id for entry in outbox.entries(self.stores)}
        assert {self.queued[entry_id] for entry_id in seen} <= {self.at_desk}

    def _everything_arrives(self):
        self.server.is_offline = False
        self.server.after.clear()
        self.crash()
        for name in PEOPLE:
            self.sign_in(name)
            for _ in range(3):
                self.now += retention.SENT_TTL / 100
                sync.turn(self.stores, self.gateways, now=self.now, with_registry=False)
            assert [entry.id for entry in outbox.entries(self.stores) if entry.status != "sent"] == []
        assert sorted(self.server.effects) == sorted(self.queued)
        self.nothing_came_with_the_token_of_another()


def play(*, examples, steps):
    run_state_machine_as_test(
        Workstation,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_what_one_queued_never_leaves_with_the_token_of_the_other():
    play(examples=25, steps=30)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_five_hundred_days_at_a_shared_desk():
    play(examples=500, steps=60)
