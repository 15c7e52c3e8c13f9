"""The support bundle tells states and codes, and nothing of anybody."""

from __future__ import annotations

import json
import stat

import pytest

from comptexpert_desktop.domain.pseudonyms import Pseudonyms
from comptexpert_desktop.errors import Refused, Unreachable
from comptexpert_desktop.settings import Resolved
from comptexpert_desktop.settings.sources import POLICY_FILE
from comptexpert_desktop.usecases.support import diagnostics
from tests.fakes import a_delegation, an_account, an_entry


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
    (entry,) = found["state"]["outbox"]
    assert entry == {"who": "", "kind": "signup", "status": "needs_you", "code": "REG_NO_EMAIL", "count": 1}
    assert {"version", "python", "system", "server_url", "checks", "network", "logs", "files"} <= set(found)
    assert found["network"][-1] == {"step": "clock", "code": "ok"}
    assert found["settings"]["log_level"]["value"] == "info"
    assert json.dumps(found)


def test_it_works_without_network_and_needs_a_place(used, tmp_path):
    used.server.faults.extend([Unreachable(data={"sent": False})] * 9)
    assert used.run("diagnostics", "--preview") == 0
    assert used.run("diagnostics") == 2
    assert used.run("diagnostics", "--output", str(tmp_path)) == 2


def test_one_person_has_one_letter_everywhere_and_two_have_two(used):
    delegation = a_delegation(grantor=an_account())
    used.server.delegations[delegation.id] = delegation
    used.run("sync")
    _, found = used.json("diagnostics", "--preview")
    (account,) = found["accounts"]
    (line,) = found["delegations"]
    assert line["grantor"] == account["who"] == "A"
    assert line["grantee"] == "B"
    text = json.dumps(found).lower()
    people = (delegation.grantor, delegation.grantee)
    names = [one for party in people for one in (party.account_id, party.login_id, party.surname) if one]
    assert [name for name in names if name.lower() in text] == []


def test_the_logs_are_in_it_without_anybody(used):
    log = used.folder / "logs" / "window.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(
        "2026-11-24T09:30:00Z INFO comptexpert_desktop.essai compte claire.aubier, canary@cabinet.example, 140000000001\n"
    )
    _, found = used.json("diagnostics", "--preview")
    (line,) = found["logs"]["window.log"]
    assert line == "2026-11-24T09:30:00Z INFO comptexpert_desktop.essai compte <A>, <mail>, <number>"
    assert any("command started" in one for one in found["logs"]["command.log"])


def test_nothing_is_written_by_a_preview_and_each_line_of_the_file_was_in_it(used, tmp_path):
    path = tmp_path / "bundle.json"
    assert used.run("diagnostics", "--preview", "--output", str(path)) == 0
    assert not path.exists()
    shown = used.out.splitlines()
    assert used.run("diagnostics", "--output", str(path)) == 0
    written = path.read_text(encoding="utf-8").splitlines()
    moving = ("made_at", "bytes", "hours ago", "INFO", "detail")
    assert [line for line in written if line not in shown and not any(word in line for word in moving)] == []


def test_the_files_are_counted_by_kind_and_never_named_by_who_they_are_of(used):
    _, found = used.json("diagnostics", "--preview")
    assert found["files"]["accounts/*.db"]["count"] == 1
    assert found["files"]["signup.db"]["bytes"] > 0


@pytest.mark.parametrize(
    ("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_never_run_out(number, letters):
    people = Pseudonyms()
    for rank in range(number):
        people.of([f"personne-{rank}"])
    assert people.of(["une-autre"]) == letters


def test_a_name_of_several_kinds_is_one_person_and_a_part_of_a_word_is_nobody():
    people = Pseudonyms()
    assert people.of(["acc-1", "claire.aubier"]) == people.of(["", "Claire.Aubier", "entry-1"]) == "A"
    assert people.hide("ACC-1 est là, entry-1 aussi, entry-10 non") == "<A> est là, <A> aussi, entry-10 non"
    assert people.of([]) == people.of([""]) == ""


def test_a_file_that_was_refused_is_told_and_a_name_that_means_nothing_is_not_repeated(used):
    told = {
        str(POLICY_FILE): Resolved(None, "policy", problem="POLICY_FILE_UNSAFE"),
        "canary": Resolved("canary", "policy", problem="FIELD_UNKNOWN"),
    }
    found = diagnostics._settings(told)
    assert found[str(POLICY_FILE)]["problem"] == "POLICY_FILE_UNSAFE"
    assert found["another"]["problem"] == "FIELD_UNKNOWN"
    assert "canary" not in json.dumps(found)
