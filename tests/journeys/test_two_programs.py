"""Every use case once more with a second program on the same folder, which acts between any two of its steps.

A step is a transaction of the files or a call to the server; the real ones. Whatever the second program does there,
what the first one said is kept reaches the server once, and no session ends that nobody ended.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.store.database import Database
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts, session
from comptexpert_desktop.usecases.signup import signup
from tests import made_once
from tests.desktop.usecases.two_programs import Watched
from tests.fakes import FakeVault, new_uuid
from tests.journeys.machine import Machine

pytestmark = pytest.mark.journey

MAX_STEPS = 200


class Interrupted:
    """Counts the steps of the first program, and lets the second one act before one of them."""

    def __init__(self, program):
        self.program = program
        self.steps = 0
        self.at = None
        self.act = None
        self.has_acted = False
        self._is_counting = False

    def step(self):
        if not self._is_counting or self._is_waited_for():
            return
        if self.steps == self.at and not self.has_acted:
            self._is_counting, self.has_acted = False, True
            self.act()
            self._is_counting = True
        self.steps += 1

    def _is_waited_for(self):
        """Tell whether the first program holds a lock that the second would wait for: it can only act afterwards."""
        tokens = self.program.gateways.session._refresh_tokens
        return self.program.stores.keys.lock._is_waited_for or tokens._lock._is_waited_for

    @contextmanager
    def counting(self):
        self._is_counting = True
        try:
            yield
        finally:
            self._is_counting = False


class Office:
    """Two programs of one person on one folder, and everybody who may sign in there."""

    def __init__(self, folder, server, people, monkeypatch):
        vault = FakeVault()
        self.people = people
        self.window = Machine(folder / "data", server, vault=vault)
        self.terminal = Machine(folder / "data", server, vault=vault)
        self.kept = []
        self.drafted = set()
        self.destroyed = set()
        self.interrupted = Interrupted(self.window)
        real = Database.transaction

        @contextmanager
        def transaction(database):
            if not database._is_writing() and any(
                file is not None and file.database is database
                for file in (self.window.stores._signups.opened, self.window.stores.accounts.opened)
            ):
                self.interrupted.step()
            with real(database):
                yield

        monkeypatch.setattr(Database, "transaction", transaction)
        gateways = self.window.gateways
        step = self.interrupted.step
        self.window.gateways = replace(
            gateways,
            server=Watched(gateways.server, step),
            browser=Watched(gateways.browser, step),
            vault=gateways.vault,
        )

    @property
    def staff(self):
        return self.people["staff"]

    # -- What the window does ----------------------------------------------------------------------------------------

    def sign_in(self):
        self.window.person = self.staff
        signed_in = session.sign_in(self.window.gateways, cancelled=threading.Event())
        self.window.stores.attempt(lambda stores: session.begin(stores, signed_in=signed_in, now=now()))

    def sign_out(self):
        session.revoke(self.window.gateways)
        self.window.stores.attempt(session.sign_out)

    def switch(self):
        other = self.people["ec_other_firm"]["account_id"]
        if any(one.account_id == other for one in self.window.stores.accounts.known()):
            self.window.stores.attempt(lambda stores: accounts.switch(stores, account_id=other))

    def ask(self, *, service="jesignexpert", right="prepare"):
        new_id = new_uuid()
        request = NewRequest(
            service=service,
            rights=(right,),
            grantor_entry_id=self.people["ec"]["entry_id"],
            grantor_name="",
            firm_id=self.people["ec"]["firms"][0]["id"],
            reason=new_id,
            valid_until=(now() + timedelta(days=60)).date(),
        )
        self._write(new_id, lambda stores: delegations.ask(stores, request=request, now=now(), new_id=new_id))

    def withdraw(self):
        """Give back a request that the server took before."""
        row = self._row(self.given)
        decision = Decision(Action.WITHDRAW)
        new_id = new_uuid()
        self.window.stores.attempt(
            lambda stores: delegations.decide(
                stores, delegation_id=row.delegation.id, decision=decision, now=now(), new_id=new_id
            )
        )
        self.withdrawn = self.given

    def sign_up(self):
        draft = a_draft(new_uuid())
        self._write(draft.id, lambda stores: signup.submit(stores, draft=draft, now=now(), new_id=draft.id))

    def draft(self):
        draft = a_draft(new_uuid())
        self.window.stores.attempt(lambda stores: signup.save_draft(stores, draft=draft, now=now()))
        self.drafted.add(draft.id)

    def turn(self):
        self.window.turn()

    def _write(self, new_id, work):
        self.window.stores.attempt(work)
        self.kept.append(new_id)

    # -- What the terminal does meanwhile ------------------------------------------------------------------------------

    def other_syncs(self):
        self.terminal.turn()

    def other_signs_out_and_in(self):
        session.revoke(self.terminal.gateways)
        self.terminal.stores.attempt(session.sign_out)
        self._terminal_signs_in(self.staff)

    def other_signs_in(self):
        self._terminal_signs_in(self.staff)

    def other_erases(self):
        self.destroyed |= {entry.id for entry in self._entries(self.terminal.stores) if entry.account}
        self.terminal.stores.attempt(lambda stores: accounts.delete(stores, account_id=self.staff["account_id"]))
        self._terminal_signs_in(self.staff)

    def other_switches(self):
        self._terminal_signs_in(self.people["ec_other_firm"])

    def _terminal_signs_in(self, person):
        self.terminal.person = person
        signed_in = session.sign_in(self.terminal.gateways, cancelled=threading.Event())
        self.terminal.stores.attempt(lambda stores: session.begin(stores, signed_in=signed_in, now=now()))

    def _entries(self, stores):
        return stores.attempt(outbox.entries)

    # -- What must hold --------------------------------------------------------------------------------------------

    def rows(self):
        query = DelegationQuery(role=Role.GRANTEE)
        return self.window.stores.attempt(
            lambda stores: delegations.page(stores, query=query, limit=500, offset=0).rows
        )

    def _row(self, reason):
        found = [row for row in self.rows() if row.delegation.reason == reason]
        assert len(found) <= 1, "done twice"
        return found[0] if found else None

    def settle(self):
        """Bring the person back, and send everything."""
        at_desk = self.window.stores.attempt(lambda stores: stores.account.account if stores.account else "")
        if at_desk != self.staff["account_id"]:
            self._terminal_signs_in(self.staff)
        outcomes = [program.turn() for program in (self.window, self.terminal, self.window)]
        assert [outcome.session for outcome in outcomes] == [""] * 3, "a session ended"
        waiting = [entry for entry in self._entries(self.window.stores) if entry.status != "sent"]
        assert [(entry.kind, entry.status, entry.code) for entry in waiting] == []

    def check(self, signups):
        assert self.drafted <= {draft.id for draft in self.window.stores.attempt(signup.drafts)}, "lost"
        for kept in set(self.kept) - self.destroyed:
            found = signups.get(kept, 0) + (self._row(kept) is not None)
            assert found == 1, f"the server has it {found} times"

    def close(self):
        self.window.close()
        self.terminal.close()


def now():
    return datetime.now(UTC)


def a_draft(draft_id):
    login_id = f"essai.{draft_id[:8]}"
    return SignupDraft(
        id=DraftId(draft_id),
        profile=Profile.OTHER,
        kind=OtherKind.STUDENT,
        email=f"{login_id}@rehearsal.example",
        given_name="Camille",
        surname="Essai",
        login_id=login_id,
        login_id_again=login_id,
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server"), entries=200, cache=made_once.folder()) as made:
        yield made


@pytest.fixture(scope="module")
def people(server):
    return made_once.people(server)


USE_CASES = ("ask", "withdraw", "sign_up", "draft", "turn", "sign_in", "sign_out", "switch")
ACTS = ("other_syncs", "other_signs_out_and_in", "other_signs_in", "other_erases", "other_switches")


def play_in(office, server, *, use_case, act, at):
    office.sign_in()
    office.turn()
    clean(office)
    office.ask(service="bibliordre", right="access")
    office.turn()
    office.given = office.kept[-1]
    if use_case == "switch":
        office.other_switches()
        office.sign_in()
    if use_case == "turn":
        office.withdraw()
        office.sign_up()
    watch = office.interrupted
    watch.at, watch.act = at, getattr(office, act)
    try:
        with watch.counting():
            getattr(office, use_case)()
    except NotAllowed:  # said, and nothing was kept
        assert watch.has_acted or use_case == "sign_out"
    finally:
        office.settle()
    office.check(signups_of(server, office.kept))
    return watch.steps


def signups_of(server, kept):
    """Count what the server holds of the sign-ups that were kept."""
    with sqlite3.connect(f"file:{server.folder / 'comptexpert.db'}?mode=ro", uri=True) as connection:
        found = [row[0] for row in connection.execute("SELECT login_id FROM accounts_signup")]
    connection.close()
    return {one: found.count(f"essai.{one[:8]}") for one in kept if found.count(f"essai.{one[:8]}")}


def clean(office):
    """Withdraw what a round left open, so that this one may ask the same again."""
    for row in office.rows():
        if row.delegation.status == "PENDING":
            office.given = row.delegation.reason
            office.withdraw()
    office.settle()


EVERYDAY = (
    ("ask", "other_signs_out_and_in", 0),
    ("ask", "other_erases", 0),
    ("withdraw", "other_signs_out_and_in", 0),
    ("turn", "other_signs_in", 3),
    ("turn", "other_syncs", 7),
    ("sign_in", "other_syncs", 2),
    ("sign_out", "other_signs_out_and_in", 1),
)


@pytest.fixture
def play(server, people, monkeypatch):
    def play(folder, *, use_case, act, at):
        """Play a use case with an act of another program before one of its steps; returns how many steps there were."""
        with monkeypatch.context() as patch:
            office = Office(folder, server, people, patch)
            try:
                return play_in(office, server, use_case=use_case, act=act, at=at)
            finally:
                office.close()

    return play


@pytest.mark.parametrize("where", EVERYDAY, ids=lambda where: "-".join(map(str, where)))
def test_another_program_in_the_middle_loses_doubles_and_ends_nothing(tmp_path, play, where):
    use_case, act, at = where
    play(tmp_path / "office", use_case=use_case, act=act, at=at)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("use_case", USE_CASES)
@pytest.mark.parametrize("act", ACTS)
def test_another_program_between_any_two_steps(tmp_path, play, use_case, act):
    most = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", str(MAX_STEPS)))
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    steps = play(tmp_path / "none", use_case=use_case, act=act, at=None)
    places = random.Random(seed).sample(range(steps), min(steps, most))
    for at in places:
        play(tmp_path / str(at), use_case=use_case, act=act, at=at)
    print(f"{use_case} with {act}: {len(places)} of {steps} steps, seed {seed}")
