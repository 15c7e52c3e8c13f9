"""Each command says by its exit code what comes next, and prints one document."""

from __future__ import annotations

import io
import json
import sys

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.errors import (
    Refused,
    ServerFault,
    SessionExpired,
    SignInCancelled,
    StoreChanged,
    Unreachable,
    VaultLocked,
    VaultUnavailable,
)
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.ports import Snapshot
from comptexpert_desktop.usecases.support import status
from tests.desktop.domain.test_register import PUBLIC, a_register, cut
from tests.fakes import a_delegation, an_account, an_entry

OFFLINE = Unreachable(data={"sent": False})
DONE, FAILED, USAGE, WAITS, NEEDS_YOU, VAULT, SIGN_IN_FIRST = range(7)


def offline(terminal, count=50):
    terminal.server.faults.extend([OFFLINE] * count)


def told(terminal, **changes):
    made = a_delegation(grantor=terminal.browser.account, **changes)
    terminal.server.delegations[made.id] = made
    assert terminal.run("sync") in (DONE, NEEDS_YOU)
    return made.id


def test_a_signup_is_sent_and_its_id_printed(terminal):
    assert terminal.run("signup", "--from", terminal.signup_file()) == DONE
    assert terminal.server.effects == [terminal.out.strip()]


def test_a_signup_waits_without_network_and_leaves_with_sync(terminal):
    offline(terminal)
    code, entry = terminal.json("signup", "--from", terminal.signup_file())
    assert (code, entry["status"], entry["code"]) == (WAITS, "queued", "NET_OFFLINE")
    assert terminal.run("sync") == WAITS
    terminal.server.faults.clear()
    assert terminal.run("sync") == DONE
    assert terminal.json("outbox")[1][0]["status"] == "sent"


def test_a_signup_that_is_refused_needs_the_person(terminal):
    terminal.server.refusals["/signups"] = Refused("REG_DOB_MISMATCH")
    assert terminal.run("signup", "--from", terminal.signup_file()) == NEEDS_YOU
    assert "REG_DOB_MISMATCH" in terminal.errors
    assert terminal.run("sync") == NEEDS_YOU


def test_the_outbox_prints_what_is_agreed(terminal):
    terminal.run("signup", "--from", terminal.signup_file())
    code, found = terminal.json("outbox")
    assert code == DONE
    assert list(found[0]) == [
        "id",
        "kind",
        "account",
        "created_at",
        "status",
        "code",
        "attempts",
        "next_attempt_at",
    ]
    assert "1975" not in terminal.out


@pytest.mark.parametrize(
    "change",
    [{"password": "x"}, {"profile": "king"}, {"date_of_birth": "x"}, {"login_id": "X"}],
)
def test_a_file_that_cannot_be_read_is_a_wrong_use(terminal, change):
    assert terminal.run("signup", "--from", terminal.signup_file(**change)) == USAGE
    assert terminal.json("outbox")[1] == []


@pytest.mark.parametrize("content", ["", "[]", "{", "\udcff"])
def test_a_file_that_is_no_document_is_a_wrong_use(terminal, tmp_path, content):
    path = tmp_path / "x.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert terminal.run("signup", "--from", str(path)) == USAGE
    assert terminal.run("signup", "--from", str(tmp_path / "absent.json")) == USAGE


@pytest.mark.parametrize("failure", [VaultLocked(), VaultUnavailable()])
def test_without_a_vault_commands_end_with_5_and_keep_nothing(terminal, failure):
    terminal.vault.failure = failure
    assert terminal.run("signup", "--from", terminal.signup_file()) == VAULT
    assert terminal.run("sign-in") == VAULT
    assert terminal.run("sync") == VAULT
    terminal.vault.failure = None
    assert terminal.json("outbox")[1] == []
    assert terminal.server.writes == []


def test_a_vault_locked_after_a_sign_in_ends_decisions_with_5(terminal):
    terminal.sign_in()
    delegation_id = told(terminal)
    terminal.vault.failure = VaultLocked()
    assert terminal.run("decide", delegation_id, "approve") == VAULT
    assert terminal.run("request", "--from", terminal.request_file()) == VAULT
    assert terminal.json("delegations")[1][0]["id"] == delegation_id


def test_signing_in_is_remembered_from_one_command_to_the_next(terminal):
    assert terminal.sign_in() == DONE
    accounts = terminal.json("accounts")[1]
    assert [(one["login_id"], one["signed_in"], one["key_in_vault"]) for one in accounts] == [
        ("claire.aubier", True, True)
    ]
    assert terminal.run("sync") == DONE
    assert "refresh-" not in str(accounts)


def test_a_sign_in_that_does_not_end_well_fails(terminal):
    terminal.browser.failure = SignInCancelled()
    assert terminal.run("sign-in") == FAILED
    terminal.browser.failure = OFFLINE
    assert terminal.run("sign-in") == WAITS


def test_signing_out_ends_the_session_here_and_there(terminal):
    terminal.sign_in()
    live = terminal.browser.live
    assert terminal.run("sign-out") == DONE
    assert terminal.browser.revoked == [live]
    assert terminal.json("accounts")[1] == []
    assert terminal.run("sign-out") == DONE


def test_what_needs_a_session_says_so(terminal):
    assert terminal.run("request", "--from", terminal.request_file()) == SIGN_IN_FIRST
    assert terminal.run("decide", "x", "approve") == SIGN_IN_FIRST


def test_a_request_is_sent(terminal):
    terminal.sign_in("karim.leroux", may_grant=False)
    assert terminal.run("request", "--from", terminal.request_file()) == DONE
    assert terminal.server.writes[0].body["grantor"] == an_entry().entry_id
    assert terminal.json("delegations")[1][0]["role"] == "grantee"


def test_a_grant_names_a_grantee_in_place_of_a_grantor(terminal):
    terminal.sign_in()
    path = terminal.file(
        "grant", firm="f", service="jesignexpert", rights=["prepare"], grantee="karim.leroux", reason=""
    )
    assert terminal.run("request", "--from", path) == DONE
    assert terminal.server.writes[0].body["grantee"] == "karim.leroux"
    assert terminal.json("outbox")[1][0]["kind"] == "grant"


@pytest.mark.parametrize(
    "change", [{"grantor": None}, {"reason": "court"}, {"valid_until": "x"}, {"rights": "x"}, {"x": 1}]
)
def test_a_request_that_is_incomplete_is_a_wrong_use(terminal, change):
    terminal.sign_in("karim.leroux", may_grant=False)
    assert terminal.run("request", "--from", terminal.request_file(**change)) == USAGE
    assert terminal.server.writes == []


@pytest.mark.parametrize(("action", "status"), [("approve", "ACTIVE"), ("refuse", "REFUSED")])
def test_a_decision_is_sent_and_shown(terminal, action, status):
    terminal.sign_in()
    delegation_id = told(terminal)
    code, entry = terminal.json("decide", delegation_id, action, "--note", "Bien reçu")
    assert (code, entry["status"]) == (DONE, "sent")
    found = terminal.json("delegations")[1][0]
    assert (found["status"], found["pending"]) == (status, None)


def test_a_decision_waits_without_network_and_is_shown_as_pending(terminal):
    terminal.sign_in()
    delegation_id = told(terminal, status=Status.ACTIVE)
    offline(terminal)
    assert terminal.run("decide", delegation_id, "revoke") == WAITS
    found = terminal.json("delegations")[1][0]
    assert (found["status"], found["pending"]["action"], found["pending"]["status"]) == ("ACTIVE", "revoke", "queued")


def test_a_suspension_that_has_not_left_counts_among_what_takes_rights_away(terminal):
    terminal.sign_in()
    delegation_id = told(terminal, status=Status.ACTIVE)
    offline(terminal)
    assert terminal.run("decide", delegation_id, "suspend") == WAITS
    found = terminal.json("sync")[1]
    assert (found["waiting"], found["unsent_cuts"], found["unsent_revocations"]) == (1, 1, 0)


def test_a_decision_that_the_rules_refuse_needs_the_person(terminal):
    terminal.sign_in()
    delegation_id = told(terminal)
    assert terminal.run("decide", delegation_id, "resume") == NEEDS_YOU
    assert terminal.run("decide", delegation_id, "refuse") == USAGE


def test_a_session_that_ended_asks_to_sign_in_first(terminal):
    terminal.sign_in()
    delegation_id = told(terminal)
    terminal.browser.failure = SessionExpired()
    assert terminal.run("decide", delegation_id, "approve") == SIGN_IN_FIRST
    assert terminal.run("sync") == SIGN_IN_FIRST
    terminal.browser.failure = None
    terminal.sign_in()
    assert terminal.json("delegations")[1][0]["status"] == "ACTIVE"


def test_sync_answers_the_first_that_applies(terminal):
    terminal.sign_in()
    delegation_id = told(terminal)
    terminal.server.refusals["/signups"] = Refused("ID_TAKEN")
    terminal.run("signup", "--from", terminal.signup_file())
    terminal.server.refusals[f"/delegations/{delegation_id}/approve"] = ServerFault()
    terminal.run("decide", delegation_id, "approve")
    assert terminal.run("sync") == NEEDS_YOU
    terminal.browser.failure = SessionExpired()
    assert terminal.run("sync") == SIGN_IN_FIRST
    terminal.vault.failure = VaultLocked()
    assert terminal.run("sync") == VAULT


def test_the_registry_is_fetched_and_searched(terminal, monkeypatch):
    people = (an_entry()._asdict(), an_entry("Aubin", number="140000000002")._asdict())
    terminal.server.snapshots.append(Snapshot(3, None, "2026-03-12T06:00:00Z", people))
    code, told_ = terminal.json("registry", "update")
    assert (code, told_) == (DONE, {"version": 3, "entries": 2, "changed": True})
    assert terminal.json("registry", "update")[1]["changed"] is False
    code, found = terminal.json("search", "aub", "--limit", "1")
    assert (code, found) == (
        DONE,
        [
            {
                "entry_id": an_entry().entry_id,
                "surname": "Aubier",
                "given_name": "Claire",
                "town": "Rennes",
                "council": "bretagne",
                "registration_number": "140000000001",
            }
        ],
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"aubi\n\nzz\n"))))
    assert terminal.run("search", "-") == DONE
    assert [len(__import__("json").loads(line)) for line in terminal.out.splitlines()] == [2, 0, 0]
    assert terminal.run("search", "aub", "--limit", "0") == USAGE


def test_the_registry_without_network_waits(terminal):
    offline(terminal)
    assert terminal.run("registry", "update") == WAITS


def test_self_check_tells_what_works_and_what_does_not(terminal):
    terminal.vault.failure = VaultUnavailable()
    code, found = terminal.json("self-check")
    by_name = {one["check"]: one for one in found}
    assert set(by_name) == {"policy", "store", "vault", "qt", "tls", "server", "clock"}
    assert by_name["vault"] == {"check": "vault", "ok": False, "detail": "KEYRING_ABSENT"}
    assert by_name["clock"]["detail"] == "CLOCK_SKEW"
    assert by_name["server"]["ok"]
    assert code == FAILED
    assert terminal.vault.kept == {}


def test_two_people_of_one_machine_never_mix(terminal):
    terminal.sign_in()
    delegation_id = told(terminal)
    offline(terminal)
    terminal.run("decide", delegation_id, "approve")
    terminal.server.faults.clear()
    terminal.sign_in("paul.marchand")
    assert terminal.json("delegations")[1] == []
    assert terminal.json("outbox")[1] == []
    assert terminal.server.effects == []
    assert an_account("paul.marchand").account_id != an_account().account_id


def test_an_export_must_continue_an_earlier_one(terminal, tmp_path):
    terminal.server.pinned_key = lambda: PUBLIC
    whole = a_register(20)
    old, new = tmp_path / "lundi.json", tmp_path / "mardi.json"
    old.write_text(json.dumps(cut(whole, 12)))
    new.write_text(json.dumps(whole))
    assert terminal.run("verify-register", str(new), "--since", str(old)) == DONE
    code, found = terminal.json("verify-register", str(old), "--since", str(new))
    assert (code, found["first_bad_line"], found["code"]) == (FAILED, 13, "REGISTER_NOT_CONTINUED")
    assert terminal.run("verify-register", str(old)) == DONE
    assert terminal.run("verify-register", str(new), "--since", str(tmp_path / "absent.json")) == USAGE


def test_each_command_says_that_the_choices_of_the_person_cannot_be_read(terminal):
    terminal.folder.mkdir()
    (terminal.folder / "settings.json").write_text('{"server_url": "https://cab')
    for command in ("outbox", "sync", "delegations", "accounts"):
        terminal.run(command)
        assert f"USER_FILE_INVALID {terminal.folder / 'settings.json'}" in terminal.errors, command


def test_a_list_says_which_file_it_could_not_read(terminal):
    terminal.sign_in()
    (path,) = (terminal.folder / "accounts").glob("*.db")
    path.unlink()
    path.mkdir()
    for command in ("outbox", "delegations", "sync"):
        terminal.run(command)
        assert f"STORE_NOT_A_FILE {path.name}" in terminal.errors, command


@pytest.mark.parametrize("name", ["turn.lock", "session.lock", "keys.lock"])
def test_a_lock_that_nobody_can_take_is_named_by_the_check_and_by_whoever_needs_it(terminal, name):
    terminal.sign_in()
    path = terminal.folder / name
    path.unlink(missing_ok=True)
    path.symlink_to(terminal.folder / "elsewhere")
    _code, checks = terminal.json("self-check")
    assert {"check": "store", "ok": False, "detail": f"STORE_LINK {name}"} in checks
    if name == "turn.lock":
        assert terminal.run("sync") == FAILED
        assert f"STORE_LINK {name}" in terminal.errors


def test_a_command_begins_again_when_another_program_signs_out_in_the_middle_of_it(terminal, monkeypatch):
    """Reading and making everything due are pieces of work as others are."""
    terminal.sign_in()
    offline(terminal)
    terminal.run("signup", "--from", terminal.signup_file(login_id="paul.marchand"))
    for module, name in ((outbox, "make_all_due"), (outbox, "entries"), (status, "summary")):
        real = getattr(module, name)
        calls = []

        def changed_once(stores, *, real=real, calls=calls, **options):
            calls.append(stores)
            if len(calls) == 1:
                raise StoreChanged
            return real(stores, **options)

        with monkeypatch.context() as patch:
            patch.setattr(module, name, changed_once)
            assert terminal.run("sync") == WAITS
        assert len(calls) >= 2, name
