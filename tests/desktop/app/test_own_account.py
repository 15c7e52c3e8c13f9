"""`account`: each of its words says by its exit code what comes next."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.errors import Unreachable
from tests.desktop.app.test_commands import DONE, NEEDS_YOU, SIGN_IN_FIRST, USAGE, WAITS


@pytest.fixture
def karim(terminal):
    terminal.sign_in("karim.leroux", may_grant=False)
    return terminal


def test_nobody_signed_in_is_told_to_sign_in(terminal):
    assert terminal.run("account", "show") == SIGN_IN_FIRST
    assert terminal.run("account", "close", "--yes", "karim.leroux") == SIGN_IN_FIRST


def test_an_account_is_shown(karim):
    code, shown = karim.json("account", "show")
    assert (code, shown["login_id"], shown["of_registry"]) == (DONE, "karim.leroux", False)


def test_what_another_profile_would_change_is_shown(karim):
    code, shown = karim.json("account", "status")
    assert (code, shown["profile"], len(shown["others"])) == (DONE, "other", 8)
    assert karim.run("account", "status") == DONE
    assert "expert_comptable: grants; ends 0 held" in karim.out


def test_the_page_on_which_invitations_are_accepted_is_said(karim):
    assert karim.json("account", "invitations") == (DONE, {"page": "http://127.0.0.1:8000/"})


def test_another_address_leaves_through_the_outbox(karim):
    file = karim.file("email", email="Karim@Nouveau.example")
    code, entry = karim.json("account", "email", "--from", file)
    assert (code, entry["kind"], entry["status"]) == (DONE, "email", "sent")
    assert karim.server.addresses == ["karim@nouveau.example"]


def test_without_network_a_name_waits_and_leaves_with_sync(karim):
    karim.server.faults.extend([Unreachable(data={"sent": False})] * 20)
    file = karim.file("name", given_name="Karim", surname="Le Roux")
    assert karim.run("account", "name", "--from", file) == WAITS
    karim.server.faults.clear()
    assert karim.run("sync") == DONE
    assert karim.json("account", "show")[1]["surname"] == "Le Roux"


@pytest.mark.parametrize(
    ("action", "document"),
    [
        ("email", {"email": "x@"}),
        ("email", {"surname": "X"}),
        ("name", {"given_name": "", "surname": "X"}),
        ("name", {"given_name": "=A1", "surname": "X"}),
    ],
)
def test_what_is_no_change_is_a_wrong_use(karim, action, document):
    assert karim.run("account", action, "--from", karim.file("change", **document)) == USAGE
    assert karim.run("account", action) == USAGE
    assert karim.json("outbox")[1] == []


def test_data_is_written_for_its_person_alone(karim, tmp_path):
    target = tmp_path / "data.json"
    assert karim.run("account", "data", "--output", str(target)) == DONE
    assert json.loads(target.read_text("utf-8"))["login_id"] == "karim.leroux"
    assert target.stat().st_mode & 0o077 == 0
    assert karim.run("account", "data") == USAGE


def test_an_old_sign_in_closes_nothing(karim):
    karim.server.wants_fresh = True
    assert karim.run("account", "close", "--yes", "karim.leroux") == NEEDS_YOU
    assert "AUTH_STEP_UP" in karim.errors
    assert karim.json("account", "show")[0] == DONE


def test_closing_wants_the_identifiant_and_leaves_nothing(karim):
    assert karim.run("account", "close", "--yes", "claire.aubier") == USAGE
    assert karim.server.closed == []
    assert karim.run("account", "close", "--yes", "karim.leroux") == DONE
    assert len(karim.server.closed) == 1
    assert karim.json("accounts")[1] == []
