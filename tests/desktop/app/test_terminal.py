"""Whatever a text holds, a terminal shows it and obeys none of it."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.cli import terminal
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.usecases.ports import Snapshot
from tests.fakes import an_entry

OBEYED = {
    "a new colour": "\x1b[31m",
    "a title": "\x1b]0;titre\x07",
    "one control for two": "\x9b2J",
    "a bell": "\x07",
    "a line back": "a\rb",
    "another line": "a\nb",
    "a letter back": "a\x08b",
    "a turned text": "\u202egros\u202c",
    "an isolate": "\u2066x\u2069",
    "an invisible letter": "a\u200bb",
    "a line of Unicode": "a\u2028b",
    "a next line": "a\x85b",
    "half of a letter": "a\ud800b",
    "a tag": "a\U000e0041b",
    "a private letter": "\ue000",
    "nothing": "\x00",
    "a deleted one": "\x7f",
}
KEPT = "Zoé « O’Brien » — 12\u00a0000\u202f€ 😀 ŒÇ"


@pytest.mark.parametrize("name", OBEYED)
def test_what_a_terminal_obeys_is_written_as_an_escape(name):
    shown = terminal.plain(f"a{OBEYED[name]}b")
    assert all(one.isprintable() for one in shown)
    assert "\\" in shown


@pytest.mark.parametrize("name", OBEYED)
def test_a_document_holds_none_of_it_and_gives_it_back(name):
    value = {"a": [OBEYED[name]]}
    written = terminal.document(value)
    assert all(one.isprintable() for one in written)
    assert json.loads(written) == value


def test_letters_of_the_language_and_its_spaces_stay():
    assert terminal.plain(KEPT) == KEPT
    assert KEPT in terminal.document([KEPT])


@pytest.mark.parametrize("name", OBEYED)
def test_no_command_lets_it_through(terminal_of_one, name):
    person, trap = terminal_of_one, OBEYED[name]
    person.server.refusals["/signups"] = Refused("ID_TAKEN", data={"detail": trap})
    person.run("signup", "--from", person.signup_file())
    said = person.out + person.errors
    person.run("search", trap)
    said += person.out + person.errors
    person.run("search", "--limit", f"1{trap}", "x", ends=True)
    said += person.out + person.errors
    person.run("decide", trap, "approve")
    said += person.out + person.errors
    assert trap not in said
    assert all(one.isprintable() for line in said.splitlines() for one in line)


@pytest.fixture
def terminal_of_one(terminal):
    run = terminal.run

    def run_to_its_end(*arguments, ends=False):
        try:
            return run(*arguments)
        except SystemExit:
            assert ends
            terminal.out, terminal.errors = terminal.capsys.readouterr()
            return 2

    terminal.run = run_to_its_end
    return terminal


@pytest.mark.parametrize("way", [(), ("--json",)])
def test_a_name_of_the_registry_is_shown_and_not_obeyed(terminal, way):
    rows = (an_entry("Aubier\x1b[31m")._asdict() | {"town": "Rennes\x9b1m"},)
    terminal.server.snapshots.append(Snapshot(1, None, "2026-03-12T06:00:00Z", rows))
    assert terminal.run("registry", "update") == 0
    assert terminal.run("search", "aub", *way) == 0
    assert "Aubier" in terminal.out
    assert all(one.isprintable() for line in terminal.out.splitlines() for one in line)
