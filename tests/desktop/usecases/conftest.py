"""A person's machine: stores in a folder of their own, doors that lead nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.session.session import SignedIn
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import NOW, FakeVault, a_delegation, a_me, an_account, fake_gateways, new_uuid


class Desk:
    """One machine, its network, and the hands of its person."""

    def __init__(self, folder):
        self.folder = folder
        self.vault = FakeVault()
        self.now = NOW
        self.ahead = timedelta()
        """How far this machine's clock, `now`, is ahead of the true time, which the server's answers tell."""
        self.account = an_account()
        self.restart()

    def restart(self, *, account=None):
        """End the program without a word, and start it again; the server and the vault stay."""
        if hasattr(self, "stores"):
            self.stores.close()
            server, live = self.gateways.server, self.gateways.browser.live
        else:
            server, live = None, ""
        self.stores = Stores(self.folder, server_url="http://127.0.0.1:8000", vault=self.vault)
        self.gateways = fake_gateways(
            account=account or self.account, vault=self.vault, in_store=self.stores.attempt, folder=self.folder
        )
        if server is not None:
            self.gateways.browser.server = server
            object.__setattr__(self.gateways, "server", server)
            self.gateways.browser.live = live
        self.server.dates = lambda: self.now - self.ahead
        self.stores.heard.count = self.counted

    @property
    def server(self):
        return self.gateways.server

    def counted(self):
        """Count the seconds as nobody sets them."""
        return (self.now - self.ahead).timestamp()

    def set_clock(self, **ahead):
        """Set this machine's clock: so far ahead of the true time."""
        true = self.now - self.ahead
        self.ahead = timedelta(**ahead)
        self.now = true + self.ahead

    def later(self, **step):
        self.now += timedelta(**step)

    def sign_in(self):
        tokens = self.gateways.browser.sign_in(cancelled=None)
        me = a_me(self.gateways.browser.account)
        self.gateways.session.adopt(tokens, account_id=me.account.account_id)
        return session.begin(self.stores, signed_in=SignedIn(tokens, me), now=self.now)

    def turn(self, **options):
        return sync.turn(self.stores, self.gateways, now=self.now, **options)

    def told(self, **changes):
        """Let the server hold a delegation, and this machine know it."""
        made = a_delegation(grantor=self.account, **changes)
        self.server.delegations[made.id] = made
        self.turn()
        return made.id

    def decide(self, delegation_id, action=Action.APPROVE, **options):
        new_id = new_uuid()
        decision = Decision(action, **options)
        delegations.decide(self.stores, delegation_id=delegation_id, decision=decision, now=self.now, new_id=new_id)
        return new_id

    def entry(self, outbox_id):
        return next(entry for entry in outbox.entries(self.stores) if entry.id == outbox_id)

    def states(self):
        return {entry.id: (entry.status.value, entry.code) for entry in outbox.entries(self.stores)}


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path / "data")
    yield made
    made.stores.close()
