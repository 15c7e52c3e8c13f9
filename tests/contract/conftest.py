"""Two worlds with the same people: one in memory, one served by the real server over a real socket."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.rehearsal.visitor import Visitor
from tests import made_once
from tests.contract.raw import RawServer
from tests.fakes import FakeServer, a_me, an_account, an_entry


@dataclass
class Person:
    """Somebody who can sign in."""

    token: str
    account_id: str
    entry_id: str = ""
    surname: str = ""
    number: str = ""


@dataclass
class World:
    """A server, and the people who use it."""

    server: Any
    expert: Person
    staff: Person
    stranger: Person
    service: str = "jesignexpert"


def fake_world() -> World:
    """Build the world in memory."""
    server = FakeServer(people=[an_entry(), an_entry("Aubin", number="140000000002")])
    people = {}
    for login_id, may_grant in (("claire.aubier", True), ("karim.leroux", False), ("luc.ailleurs", True)):
        account = an_account(login_id, may_grant=may_grant)
        server.accounts[login_id] = a_me(account)
        people[login_id] = Person(token=login_id, account_id=account.account_id)
    expert = people["claire.aubier"]
    expert.entry_id, expert.surname, expert.number = an_entry().entry_id, "Aubier", "140000000001"
    return World(server, expert, people["karim.leroux"], people["luc.ailleurs"])


def _signed_in(url: str, person: dict[str, Any]) -> Person:
    def visit(address: str) -> bool:
        arguments = {"login_id": person["login_id"], "password": person["password"]}
        threading.Thread(target=lambda: Visitor().sign_in(address, **arguments), daemon=True).start()
        return True

    browser = SystemBrowser(url, open_url=visit)
    tokens = browser.sign_in(cancelled=threading.Event())
    browser._client.close()
    return Person(
        token=tokens.access_token,
        account_id=person["account_id"],
        entry_id=person["entry_id"] or "",
        surname=person["surname"],
        number=person["registration_number"],
    )


@contextmanager
def serving(folder):
    """Serve a world of one's own by the real server."""
    with running(folder, entries=200, cache=made_once.folder()) as embedded:
        cases = made_once.people(embedded)
        server = RawServer(embedded.url, pins=folder / "pins.json")
        people = [_signed_in(embedded.url, cases[case]) for case in ("ec", "staff", "ec_other_firm")]
        yield World(server, *people)
        server.close()


@pytest.fixture(scope="session")
def real_world(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("contract")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real_world")
