"""The command line of one person, with a server in memory behind it."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop import __main__
from comptexpert_desktop.app import wiring
from tests.fakes import FakeVault, an_account, an_entry, fake_gateways

SERVER = "http://127.0.0.1:8000"


class Terminal:
    """Runs commands; every run is a program of its own, with the same vault and the same server."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self.capsys = capsys
        self.vault = FakeVault()
        self.first = fake_gateways(vault=self.vault)
        self.server = self.first.server
        self.browser = self.first.browser
        self.errors = ""

    def open_gateways(self, settings, *, vault, in_store):
        gateways = fake_gateways(vault=vault, in_store=in_store, folder=settings.data_dir)
        object.__setattr__(gateways, "server", self.server)
        object.__setattr__(gateways, "browser", self.browser)
        return gateways

    def run(self, *arguments):
        code = __main__.main(["--server", SERVER, "--data-dir", str(self.folder), *arguments])
        out, self.errors = self.capsys.readouterr()
        self.out = out
        return code

    def json(self, *arguments):
        code = self.run(*arguments, "--json")
        return code, json.loads(self.out) if self.out else None

    def file(self, name, **document):
        path = self.folder.parent / f"{name}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    def signup_file(self, **changes):
        document = {
            "profile": "expert_comptable",
            "entry_id": an_entry().entry_id,
            "date_of_birth": "1975-06-02",
            "login_id": "claire.aubier",
        }
        return self.file("signup", **(document | changes))

    def request_file(self, **changes):
        document = {
            "service": "jesignexpert",
            "rights": ["prepare"],
            "grantor": an_entry().entry_id,
            "reason": "Préparer les envois",
        }
        return self.file("request", **(document | changes))

    def sign_in(self, login_id="claire.aubier", *, may_grant=True):
        self.browser.account = an_account(login_id, may_grant=may_grant)
        return self.run("sign-in")


@pytest.fixture
def terminal(tmp_path, capsys, monkeypatch):
    made = Terminal(tmp_path / "data", capsys)
    monkeypatch.setattr(wiring, "open_vault", lambda: made.vault)
    monkeypatch.setattr(wiring, "open_gateways", made.open_gateways)
    return made
