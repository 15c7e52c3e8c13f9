"""What a command kept it says, whatever happens after the commit: the id, and a code that is no failure."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import pytest

from comptexpert_desktop.app import logs
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.documents import importing
from tests.desktop.app.test_commands import DONE, FAILED, NEEDS_YOU, WAITS

PACKAGE = "comptexpert_desktop"
LAST_WORDS = ("run", "_say", "_write", "show", "show_document", "_standing", "outbox_entry")
"""What only prints, or hands over the exit code: there is nobody left to tell when that fails."""
COMMANDS = ("cli", "usecases", "store", "domain")


class After:
    """Raises at one of the statements of the application that follow the commit of a new entry."""

    def __init__(self, monkeypatch, *, at, error):
        self.at, self.error = at, error
        self.count = 0
        self.is_kept = False
        self.has_raised = False
        real = outbox_store.add

        def add(file, command, **options):
            added = real(file, command, **options)
            self.database = file.database
            return added

        monkeypatch.setattr(outbox_store, "add", add)
        self.database = None

    def trace(self, frame, event, _argument):
        name = frame.f_globals.get("__name__", "")
        if not name.startswith(PACKAGE) or name.split(".")[1] not in COMMANDS or frame.f_code.co_name in LAST_WORDS:
            return None
        if event == "line" and self._is_committed():
            if self.count == self.at and not self.has_raised:
                self.has_raised = True
                raise self.error
            self.count += 1
        return self.trace

    def _is_committed(self):
        if not self.is_kept and self.database is not None and not self.database._is_writing():
            self.is_kept = True
        return self.is_kept


def play(terminal, monkeypatch, *, at, error, as_json):
    """Sign up, with an error at one statement after the commit; returns how many statements there were."""
    number = f"essai.{at if at is not None else 'aucun'}.{int(as_json)}"
    with monkeypatch.context() as patch:
        after = After(patch, at=at, error=error)
        file = terminal.signup_file(login_id=number)
        before = sys.gettrace()
        sys.settrace(after.trace)
        try:
            code = terminal.run("signup", "--from", file, *(["--json"] if as_json else []))
        finally:
            sys.settrace(before)
    said = json.loads(terminal.out)["id"] if as_json else terminal.out.strip()
    kept = {entry["id"]: entry for entry in terminal.json("outbox")[1]}
    assert said in kept, (at, code, terminal.out, terminal.errors)
    assert code in (DONE, WAITS), (at, code)
    assert code == WAITS or kept[said]["status"] == "sent", at
    return after.count


ERRORS = (OSError(errno.ENOSPC, "No space left on device"), RuntimeError("a bug"))


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("error", ERRORS, ids=["full disk", "bug"])
def test_an_error_at_some_statements_after_the_commit_changes_done_to_waits_and_nothing_else(
    terminal, monkeypatch, error, as_json
):
    total = play(terminal, monkeypatch, at=None, error=error, as_json=as_json)
    for at in range(0, total, total // 12):
        play(terminal, monkeypatch, at=at, error=error, as_json=as_json)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("error", ERRORS, ids=["full disk", "bug"])
def test_an_error_at_each_statement_after_the_commit(terminal, monkeypatch, error):
    total = play(terminal, monkeypatch, at=None, error=error, as_json=False)
    for at in range(total):
        play(terminal, monkeypatch, at=at, error=error, as_json=False)


def test_a_turn_that_cannot_write_makes_the_command_wait(terminal, monkeypatch):
    def no_room(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("comptexpert_desktop.usecases.sync.sync.collect", no_room)
    code, entry = terminal.json("signup", "--from", terminal.signup_file())
    assert (code, entry["status"]) == (WAITS, "queued")


def test_a_diagnostic_on_a_full_device_fails_and_says_why(terminal):
    assert terminal.run("diagnostics", "--output", "/dev/full") == FAILED
    assert "STORE_FULL" in terminal.errors


def test_a_diagnostic_that_could_not_be_written_leaves_no_file(terminal, monkeypatch, tmp_path):
    def no_room(_path, _target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_room)
    assert terminal.run("diagnostics", "--output", str(tmp_path / "diagnostic.json")) == FAILED
    assert list(tmp_path.glob("*diagnostic*")) == []


def test_a_log_that_cannot_be_ended_takes_nothing_back_of_what_was_said(terminal, monkeypatch):
    real = logs._Files.close

    def no_room(handler):
        real(handler)
        raise OSError(errno.ENOSPC, "No space left on device")

    terminal.run("signup", "--from", terminal.signup_file())
    monkeypatch.setattr(logs._Files, "close", no_room)
    code, entries = terminal.json("outbox")
    assert (code, len(entries)) == (DONE, 1)


def test_a_table_that_was_queued_is_said_to_be(terminal, monkeypatch, tmp_path):
    real = importing.queue

    def queue(stores, **options):
        real(stores, **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    assert terminal.sign_in() == DONE
    table = tmp_path / "table.csv"
    table.write_text("Identifiant ou courriel;Service;Droits\ninvite@cabinet.example;jesignexpert;prepare\n")
    monkeypatch.setattr(importing, "queue", queue)
    assert terminal.run("import-grants", str(table), "--apply") == DONE
    assert terminal.out.strip() in {entry["id"] for entry in terminal.json("outbox")[1]}
    assert len(terminal.server.delegations) == 1


def test_what_a_command_refuses_is_still_refused(terminal):
    assert terminal.run("signup", "--from", terminal.signup_file(date_of_birth="")) not in (DONE, WAITS, NEEDS_YOU)
