"""Two programs of one person on one folder, with a server in memory: one acts between any two steps of the other.

A step is a transaction of a file that the first program has open, or a call to the outside.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from comptexpert_desktop.domain.commands import AnswerReview, Import, ResendActivation
from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import ComptexpertError, NotAllowed, SessionExpired
from comptexpert_desktop.store import bulk as bulk_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store.database import Database
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import reviews
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts, session
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.sync import sync
from tests.desktop.usecases.test_two_people import PEOPLE
from tests.fakes import FIRM, NOW, FakeServer, FakeVault, a_delegation, a_me, fake_gateways
from tests.fakes_review import REVIEW_ID, a_page, an_item
from tests.fakes_wire import call_of

ME, OTHER = "claire.aubier", "paul.marchand"
KNOWN_TO_HAVE_STAYED = (OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU, OutboxStatus.SENT)


class Families:
    """A browser in which anybody signs in, and the families of tokens that the server knows."""

    def __init__(self, server):
        self.server, self.person = server, ME
        self._access, self._owner = {}, {}
        """By live refresh token: the access token that goes with it, and whose it is."""

    def sign_in(self, *, cancelled, fresh=False, hand_over=None):
        return self._tokens(self.person)

    def refresh(self, refresh_token):
        if refresh_token not in self._owner:
            raise SessionExpired
        name = self._owner[refresh_token]
        self.revoke(refresh_token)
        return self._tokens(name)

    def revoke(self, refresh_token):
        if self._owner.pop(refresh_token, None) is not None:
            self.server.dead_tokens.add(self._access.pop(refresh_token))

    def _tokens(self, name):
        made = fake_gateways(account=PEOPLE[name]).browser.sign_in(cancelled=None)
        self.server.accounts[made.access_token] = a_me(PEOPLE[name])
        self._access[made.refresh_token], self._owner[made.refresh_token] = made.access_token, name
        return made


class Watched:
    """A gateway whose every call is a step."""

    def __init__(self, gateway, step):
        self._gateway, self._step = gateway, step

    def __getattr__(self, name):
        found = getattr(self._gateway, name)
        if not callable(found):
            return found

        def call(*arguments, **options):
            self._step()
            return found(*arguments, **options)

        return call


class Program:
    """One program on the folder."""

    def __init__(self, office):
        self.office = office
        self.stores = Stores(office.folder, server_url="http://127.0.0.1:8000", vault=office.vault)
        gateways = fake_gateways(vault=office.vault, in_store=self.stores.attempt, folder=office.folder)
        self.gateways = replace(gateways, server=office.server, browser=office.browser)
        self.results = None

    def do(self, work, **options):
        """Do a piece of work as the window does."""
        return self.stores.attempt(lambda stores: work(stores, **options))

    def sign_in(self, name=ME):
        self.office.browser.person = name
        signed_in = session.sign_in(self.gateways, cancelled=threading.Event())
        self.do(session.begin, signed_in=signed_in, now=NOW)

    def sign_out(self):
        session.revoke(self.gateways)
        self.do(session.sign_out)

    def turn(self):
        self.do(session.restore, session=self.gateways.session)
        return sync.turn(self.stores, self.gateways, now=self.office.now, with_registry=False)

    def begin_a_turn(self):
        """Take and send, as far as the middle of a turn: what the server answered is not written yet."""
        self.do(session.restore, session=self.gateways.session)
        batch = sync.collect(self.stores, now=self.office.now, with_registry=False)
        self.results = None if batch is None else sync.send(self.gateways, batch=batch)

    def end_the_turn(self):
        results, self.results = self.results, None
        if results is not None:
            sync.apply(self.stores, results=results, now=self.office.now)

    def entries(self):
        return self.do(outbox.entries)


class Office:
    """A window, a terminal, and everything that a person may have said in one of them."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.vault, self.server, self.now = folder, FakeVault(), FakeServer(), NOW
        self.server.dates = lambda: self.now
        self.browser = Families(self.server)
        self.window, self.terminal = Program(self), Program(self)
        self.kept, self.dropped, self.destroyed, self.drafted = {}, set(), set(), set()
        """By id, what a program said is saved, and how the server would say that it was done; what was taken back."""
        self.steps, self.at, self.act, self.has_acted, self.counts = 0, None, None, False, False
        self._watch(monkeypatch)
        self._prepare()

    # -- The second program in between -------------------------------------------------------------------------------

    def _watch(self, monkeypatch):
        real_transaction, real_add = Database.transaction, outbox_store.add
        self._added, self._deleted = {}, {}

        @contextmanager
        def transaction(database):
            files = [self.window.stores._signups.opened, self.window.stores.accounts.opened]
            mine = [file.database for file in files if file is not None]
            if database in mine and not any(one._is_writing() for one in mine):  # else the terminal would wait
                self._step()
            with real_transaction(database):
                yield

        def add(file, command, *, outbox_id, **options):
            added = real_add(file, command, outbox_id=outbox_id, **options)
            if added:
                self._added[outbox_id] = mark_of(command)
                self.dropped.discard(outbox_id)
                self.destroyed.discard(outbox_id)
            return added

        def forgetting(real):
            def forget(file, **options):
                before = {entry.id: entry.status for entry in outbox_store.every(file)}
                found = real(file, **options)
                after = {entry.id for entry in outbox_store.every(file)}
                self._deleted |= {one: status for one, status in before.items() if one not in after}
                return found

            return forget

        monkeypatch.setattr(Database, "transaction", transaction)
        monkeypatch.setattr(outbox_store, "add", add)
        monkeypatch.setattr(outbox_store, "delete", forgetting(outbox_store.delete))
        monkeypatch.setattr(outbox_store, "give_up", forgetting(outbox_store.give_up))
        monkeypatch.setattr(bulk_store, "give_up", forgetting(bulk_store.give_up))
        gateways = self.window.gateways
        self.window.gateways = replace(
            gateways, server=Watched(gateways.server, self._step), browser=Watched(gateways.browser, self._step)
        )

    def _step(self):
        if not self.counts or self._is_waited_for():
            return
        if self.steps == self.at and not self.has_acted:
            self.counts, self.has_acted = False, True
            self.act()
            self.counts = True
        self.steps += 1

    def _is_waited_for(self):
        """Tell whether the window holds a lock that the terminal would wait for: it can only act afterwards."""
        tokens = self.window.gateways.session._refresh_tokens
        return self.window.stores.keys.lock._is_waited_for or tokens._lock._is_waited_for

    def play(self, use_case, *, act, at):
        """Do a use case, with an act of the terminal before one of its steps; returns how many steps there were.

        What a use case does before it yields is given.
        """
        self.at, self.act = at, lambda: act(self)
        script = use_case(self)
        self.saying(lambda _office: next(script))
        self.counts = True
        try:
            self.saying(lambda _office: next(script, None))
        finally:
            self.counts = False
        return self.steps

    def saying(self, work):
        """Do something, and remember what was said to be saved, or forgotten; a refusal saves nothing."""
        self._added, self._deleted = {}, {}
        try:
            work(self)
            self.kept |= self._added
        except ComptexpertError:  # said
            pass
        gone = self._deleted.keys() - {entry.id for entry in self.window.entries()}
        for one in gone:
            assert self._deleted[one] in KNOWN_TO_HAVE_STAYED, f"{self.kept.get(one)} forgotten, and it may have left"
            if self._deleted[one] is not OutboxStatus.SENT:
                self.dropped.add(one)

    # -- What there is -----------------------------------------------------------------------------------------------

    def _prepare(self):
        """Sign in where a cabinet has rights, requests, a review, and something of each kind waits."""
        me = PEOPLE[ME]
        self.pending = [a_delegation(grantor=me, service=f"p{number}") for number in range(4)]
        self.active = [a_delegation(grantor=me, status=Status.ACTIVE, service=f"a{number}") for number in range(4)]
        self.server.delegations |= {one.id: one for one in (*self.pending, *self.active)}
        self.server.reviews[REVIEW_ID] = a_page(*(an_item(one) for one in self.active))
        page = self.server.firms[FIRM.id]
        self.server.firms[FIRM.id] = replace(page, reviews=(self.server.reviews[REVIEW_ID].summary,))
        self.window.sign_in()
        self.window.turn()
        account_id = me.account_id
        found = reviews.fetch(self.window.gateways, firm_id=FIRM.id, account_id=account_id)
        self.window.do(reviews.keep, fetched=found, account_id=account_id, now=self.now)
        self.page = found.firm

    def row(self, delegation):
        return self.window.do(delegations.detail, delegation_id=delegation.id)

    # -- What must hold ----------------------------------------------------------------------------------------------

    def settle(self):
        """Bring the person back, and let everything leave."""
        self.terminal.end_the_turn()
        if self.window.do(at_desk) != PEOPLE[ME].account_id:
            self.window.sign_in()
        for program in (self.window, self.terminal, self.window, self.window):
            self.now += timedelta(minutes=61)
            assert program.turn().session == "", "a session ended"

    def check(self):
        marks = Counter(self._marks())
        doubled = {mark: number for mark, number in marks.items() if number > 1}
        assert doubled == {}, "done twice"
        waiting = {entry.id: (entry.status.value, entry.code) for entry in self.window.entries()}
        lost = {
            one: (mark, waiting.get(one))
            for one, mark in self.kept.items()
            if mark
            and one not in self.dropped | self.destroyed
            and not marks[mark]
            and waiting.get(one, ("",))[0] != OutboxStatus.NEEDS_YOU
        }
        assert lost == {}, "lost"
        assert self.drafted <= {draft.id for draft in self.window.do(signup.drafts)}, "a form is lost"
        done = {one: self.kept[one] for one in self.dropped if one in self.kept and marks[self.kept[one]]}
        assert done == {}, "taken back, and done"
        stuck = {one: stands for one, stands in waiting.items() if stands[0] not in ("sent", "needs_you")}
        assert stuck == {}, "stuck"

    def _marks(self):
        """Say what the server did, once for each time."""
        server = self.server
        for key in server.effects:
            yield mark_of_call(server._answers[key][0])
        by_key = {call.key: call for call in server.firm_calls}
        for key in server._firm_answers:
            yield mark_of_call(by_key[key])
        for chosen in {one.key: one for call in server.answer_calls for one in call}.values():
            if chosen.key in server._review_answers:
                yield f"review {chosen.delegation_id} {chosen.answer.value}"
        for table, _answer in server._import_answers.values():
            yield f"import {table}"

    def close(self):
        self.window.stores.close()
        self.terminal.stores.close()


def at_desk(stores):
    return "" if stores.account is None else stores.account.account


def mark_of(command):
    """Say how the server will say that it did what a command asks: it is asked once, under whatever key."""
    if isinstance(command, AnswerReview):
        return f"review {command.delegation_id} {command.answer.value}"
    if isinstance(command, ResendActivation):
        return ""  # a mail more leaves no mark here
    if isinstance(command, Import):
        return f"import {command.table}"
    return mark_of_call(call_of(Sending("", command)))


def mark_of_call(call):
    body = {name: value for name, value in call.body.items() if name not in {"login_id", "alternates", "firm"}}
    return f"{call.method} {call.path} {json.dumps(body, sort_keys=True, default=str)}"


# -- What the terminal does meanwhile --------------------------------------------------------------------------------


def syncs(office):
    office.terminal.turn()


def is_in_the_middle_of_a_turn(office):
    office.terminal.begin_a_turn()


def signs_out_and_in(office):
    office.terminal.do(session.restore, session=office.terminal.gateways.session)
    office.terminal.sign_out()
    office.terminal.sign_in()


def signs_in(office):
    office.terminal.sign_in()


def switches(office):
    office.terminal.sign_in(OTHER)


def erases(office):
    """Destroy the account here; what had not left is destroyed with it."""
    office.destroyed |= {entry.id for entry in office.terminal.entries() if entry.account}
    office.terminal.do(accounts.delete, account_id=PEOPLE[ME].account_id)
    office.terminal.sign_in()


def takes_back(office):
    """Take back what has not left."""
    for entry in office.terminal.entries():
        with suppress(NotAllowed):
            office.terminal.do(outbox.take_back, outbox_id=entry.id)


def forgets(office):
    """Discard all that may be."""
    for entry in office.terminal.entries():
        with suppress(NotAllowed):
            office.terminal.do(outbox.discard, outbox_id=entry.id)


def tries_again(office):
    """Ask again for all that came back, and let it leave."""
    for entry in office.terminal.entries():
        with suppress(NotAllowed):
            office.terminal.do(outbox.retry, outbox_id=entry.id, now=office.now)
    office.terminal.turn()


ACTS = (
    syncs,
    is_in_the_middle_of_a_turn,
    signs_out_and_in,
    signs_in,
    switches,
    erases,
    takes_back,
    forgets,
    tries_again,
)
