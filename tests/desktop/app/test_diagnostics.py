"""The support bundle tells states and codes, and nothing of anybody."""

from __future__ import annotations

import json
import stat

import pytest

from comptexpert_desktop.errors import Refused, Unreachable
from tests.fakes import an_entry


@pytest.fixture
def used(terminal):
    """Let a person use the application, and something go wrong."""
    terminal.sign_in()
    terminal.server.refusals["/signups"] = Refused("REG_NO_EMAIL")
    terminal.run("signup", "--from", terminal.signup_file(login_id="canary.login"))
    return terminal


CANARIES = ["canary", "claire", "aubier", "1975", an_entry().entry_id, "refresh-", "access-"]


def test_nothing_personal_is_in_it(used, tmp_path):
    path = tmp_path / "bundle.json"
    assert used.run("diagnostics", "--output", str(path)) == 0
    text = path.read_text(encoding="utf-8")
    assert [canary for canary in CANARIES if canary in text.lower()] == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(used.folder) not in text


def test_it_tells_what_support_asks_for(used):
    code, found = used.json("diagnostics", "--preview")
    assert code == 0
    assert found["state"]["outbox"] == [{"kind": "signup", "status": "needs_you", "code": "REG_NO_EMAIL", "count": 1}]
    assert {"version", "python", "system", "server_url", "checks"} <= set(found)
    assert json.dumps(found)


def test_it_works_without_network_and_needs_a_place(used, tmp_path):
    used.server.faults.extend([Unreachable(data={"sent": False})] * 9)
    assert used.run("diagnostics", "--preview") == 0
    assert used.run("diagnostics") == 2
    assert used.run("diagnostics", "--output", str(tmp_path)) == 2
