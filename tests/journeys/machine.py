"""A workstation on the real server: its files, its keyring, its doors, and the hands in front of it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.rehearsal.visitor import Visitor
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.ports import Gateways
from comptexpert_desktop.usecases.session import accounts, session
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import FakeVault, new_uuid
from tests.fakes_network import FakeNetwork
from tests.fakes_session import stored_session


class Machine:
    """A workstation: its files, its keyring, its doors to the real server, and the hands in front of it."""

    def __init__(self, folder, server, *, vault=None):
        self.folder, self.vault = folder, vault or FakeVault()
        self.stores = Stores(folder, server_url=server.url, vault=self.vault)
        self.person = None
        browser = SystemBrowser(server.url, open_url=self._visit)
        http = HttpServer(server.url, pins=folder.parent / f"{folder.name}-pins.json")
        own = stored_session(self.stores.attempt, folder=folder, clock=time.monotonic)
        self.gateways = Gateways(server=http, vault=self.vault, browser=browser, session=own, network=FakeNetwork())

    def _visit(self, address):
        said = {"login_id": self.person["login_id"], "password": self.person["password"]}
        threading.Thread(target=lambda: Visitor().sign_in(address, **said), daemon=True).start()
        return True

    def sign_in(self, person):
        self.person = person
        signed_in = session.sign_in(self.gateways, cancelled=threading.Event())
        session.begin(self.stores, signed_in=signed_in, now=datetime.now(UTC))
        return signed_in.tokens

    def switch(self, person):
        accounts.switch(self.stores, account_id=person["account_id"])

    def ask(self, expert):
        """Queue a delegation request; returns its outbox id."""
        new_id = new_uuid()
        request = NewRequest(
            service="jesignexpert",
            rights=("prepare",),
            grantor_entry_id=expert["entry_id"],
            grantor_name="",
            firm_id=expert["firms"][0]["id"],
            reason="Envois de la paie",
            valid_until=(datetime.now(UTC) + timedelta(days=60)).date(),
        )
        delegations.ask(self.stores, request=request, now=datetime.now(UTC), new_id=new_id)
        return new_id

    def turn(self):
        return sync.turn(self.stores, self.gateways, now=datetime.now(UTC), with_registry=False)

    def states(self):
        return {entry.id: entry.status.value for entry in outbox.entries(self.stores)}

    def held(self):
        return {one.login_id: one.held for one in accounts.saved(self.stores)}

    def bytes_on_disk(self):
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def close(self):
        self.stores.close()
        self.gateways.server.close()
        self.gateways.browser._client.close()
