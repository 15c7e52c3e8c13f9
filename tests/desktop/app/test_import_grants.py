"""`import-grants`: what each line would give, then all of it or nothing."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.errors import Unreachable
from tests.desktop.app.test_commands import DONE, NEEDS_YOU, SIGN_IN_FIRST, USAGE, WAITS

HEAD = "Identifiant ou courriel;Service;Droits\n"
GOOD = "".join(f"invite{number}@cabinet.example;jesignexpert;prepare\n" for number in range(3))


@pytest.fixture
def table(terminal, tmp_path):
    def write(text):
        (tmp_path / "table.csv").write_text(HEAD + text, encoding="utf-8")
        return str(tmp_path / "table.csv")

    assert terminal.sign_in() == DONE
    return write


def test_a_preview_grants_nothing(terminal, table):
    code, found = terminal.json("import-grants", table(GOOD))
    assert (code, [one["verdict"] for one in found["lines"]]) == (DONE, ["granted"] * 3)
    assert terminal.server.delegations == {}
    assert terminal.json("outbox")[1] == []


def test_a_sound_table_is_one_entry_and_granted_whole(terminal, table):
    code, entries = terminal.json("import-grants", table(GOOD), "--apply")
    assert (code, [(one["kind"], one["status"]) for one in entries]) == (DONE, [("import", "sent")])
    assert len(terminal.server.delegations) == 3


def test_one_line_to_correct_and_nothing_leaves(terminal, table):
    code, found = terminal.json("import-grants", table(GOOD + "inconnu.total;jesignexpert;prepare\n"), "--apply")
    assert (code, found["lines"][3]["code"]) == (NEEDS_YOU, "DEL_NO_ACCOUNT")
    assert terminal.json("outbox")[1] == []
    assert terminal.run("import-grants", table("x@y.example;jesignexpert;tout\n"), "--apply") == NEEDS_YOU
    assert "2  x@y.example  refused  RIGHTS" in terminal.out


HIGH = "karim.leroux;jesignexpert;technical_signature\nnora@cabinet.example;jesignexpert;technical_signature\n"


def test_a_first_right_of_high_risk_waits_until_the_words_were_compared(terminal, table):
    terminal.server.people_by_login = {"karim.leroux": Party("acc-karim", "karim.leroux", "Karim", "Leroux")}
    file = table(HIGH + GOOD)
    code, found = terminal.json("import-grants", file)
    compared = [own_words("karim.leroux"), "nora@cabinet.example", None, None, None]
    assert (code, [one["compare"] for one in found["lines"]]) == (DONE, compared)
    assert terminal.run("import-grants", file, "--apply") == NEEDS_YOU
    assert f"2  karim.leroux  granted  compare: {own_words('karim.leroux')}" in terminal.out
    assert terminal.server.delegations == {}
    assert terminal.json("outbox")[1] == []
    assert terminal.run("import-grants", file, "--apply", "--compared") == DONE
    assert len(terminal.server.delegations) == 5


def test_what_cannot_leave_now_leaves_later(terminal, table):
    file = table(GOOD)
    terminal.server.import_losses.extend([None, Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})])
    assert terminal.run("import-grants", file, "--apply") == WAITS
    assert len(terminal.out.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_a_wrong_use(terminal, table, tmp_path):
    assert terminal.run("import-grants", str(tmp_path / "absent.csv")) == USAGE
    assert terminal.run("import-grants", table("")) == USAGE


def test_nobody_signed_in_is_told_to_sign_in(terminal, tmp_path):
    (tmp_path / "t.csv").write_text(HEAD + GOOD, encoding="utf-8")
    assert terminal.run("import-grants", str(tmp_path / "t.csv")) == SIGN_IN_FIRST
