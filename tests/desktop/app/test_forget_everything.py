"""A leaver's machine keeps nothing of them: no file, no key, no start with the session."""

from __future__ import annotations

import io
import sys
import tempfile

import pytest

from comptexpert_desktop.desktop import autostart, single_instance

USAGE, FAILED = 2, 1


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """A home of its own, whose session starts the application."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with tempfile.TemporaryDirectory(prefix="c") as short:  # the name of a socket is no longer than 107 bytes
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        yield tmp_path / "config"


def used(terminal):
    """Sign in two people, leave a sign-up unsent, start with the session, and put a stranger's file in the folder."""
    terminal.sign_in("claire.aubier")
    terminal.run("sign-out")
    terminal.sign_in("karim.leroux")
    terminal.run("signup", "--from", terminal.signup_file())
    (terminal.folder / "settings.json").write_text("{}")
    (terminal.folder / "pins.json").write_text("{}")
    assert terminal.vault.kept


def test_everything_is_erased_and_the_vault_is_empty(terminal, home):
    used(terminal)
    entry = autostart.entry_file({"XDG_CONFIG_HOME": str(home)})
    autostart.write(entry, autostart.entry(["comptexpert-desktop"]))
    code, told = terminal.json("forget-everything", "--yes")
    assert (code, told["forgotten"]) == (0, True)
    assert not terminal.folder.exists()
    assert terminal.vault.kept == {}
    assert not entry.exists()


def test_what_is_not_ours_stays(terminal):
    used(terminal)
    (terminal.folder / "mon-fichier.txt").write_text("x")
    assert terminal.run("forget-everything", "--yes") == 0
    assert [one.name for one in terminal.folder.iterdir()] == ["mon-fichier.txt"]


def test_it_asks_first_and_without_a_person_it_needs_the_option(terminal, monkeypatch):
    used(terminal)
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert terminal.run("forget-everything") == USAGE
    assert "yes=FIELD_REQUIRED" in terminal.errors
    assert terminal.vault.kept


@pytest.mark.parametrize(("said", "code"), [("no\n", USAGE), ("\n", USAGE), ("", USAGE), ("oui\n", 0), ("YES\n", 0)])
def test_only_a_yes_erases(terminal, monkeypatch, said, code):
    used(terminal)
    person = io.StringIO(said)
    person.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", person)
    assert terminal.run("forget-everything") == code
    assert "for good" in terminal.errors
    assert bool(terminal.vault.kept) is (code != 0)


def test_an_open_window_is_closed_by_its_person_first(terminal):
    used(terminal)
    seat = single_instance.Seat(terminal.folder)
    assert seat.take()
    assert terminal.run("forget-everything", "--yes") == FAILED
    assert "STORE_BUSY" in terminal.errors
    assert terminal.vault.kept
    seat.release()
