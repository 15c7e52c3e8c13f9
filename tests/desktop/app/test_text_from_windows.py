"""Files and pipes as Windows and Linux write them are read right, or refused with a word; on every command that reads."""

from __future__ import annotations

import io
import json
import sys

import pytest

from comptexpert_desktop.settings import text_files
from comptexpert_desktop.usecases.ports import Snapshot
from tests.fakes import an_entry

FORM = {"profile": "other", "kind": "student", "email": "zoe@example.com", "given_name": "Zoé", "surname": "Œuvrard", "login_id": "zoe.oe"}  # fmt: skip
READ = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with its mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16, as PowerShell writes": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16, the other way": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}
REFUSED = {
    "cp1252": lambda text: text.encode("cp1252"),
    "cp850": lambda text: text.replace("Œ", "O").encode("cp850"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "UTF-16 cut in a letter": lambda text: b"\xff\xfe" + text.encode("utf-16-le")[:-1],
    "a mark and then none": lambda text: b"\xef\xbb\xbf" + text.encode("cp1252"),
}
USAGE = 2


def piped(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("way", ["file", "pipe"])
def test_a_form_is_read_however_it_was_saved(terminal, tmp_path, monkeypatch, name, way):
    content = READ[name](json.dumps(FORM, ensure_ascii=False))
    (tmp_path / "form.json").write_bytes(content)
    piped(monkeypatch, content)
    assert terminal.run("signup", "--from", "-" if way == "pipe" else str(tmp_path / "form.json")) == 0
    [call] = terminal.server.writes
    assert (call.body["given_name"], call.body["surname"]) == ("Zoé", "Œuvrard")


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("way", ["file", "pipe"])
def test_what_could_be_misread_is_refused_with_a_word(terminal, tmp_path, monkeypatch, name, way):
    content = REFUSED[name](json.dumps(FORM, ensure_ascii=False))
    (tmp_path / "form.json").write_bytes(content)
    piped(monkeypatch, content)
    assert terminal.run("signup", "--from", "-" if way == "pipe" else str(tmp_path / "form.json")) == USAGE
    assert "FILE_ENCODING" in terminal.errors
    assert terminal.run("request", "--from", str(tmp_path / "form.json")) == USAGE
    assert "FILE_ENCODING" in terminal.errors
    assert terminal.run("verify-register", str(tmp_path / "form.json")) == USAGE
    assert "FILE_ENCODING" in terminal.errors
    assert terminal.server.writes == []


@pytest.mark.parametrize("name", READ)
def test_queries_are_read_a_line_at_a_time(terminal, monkeypatch, name):
    rows = (an_entry("Éluard")._asdict(),)
    terminal.server.snapshots.append(Snapshot(1, None, "2026-03-12T06:00:00Z", rows))
    assert terminal.run("registry", "update") == 0
    piped(monkeypatch, READ[name]("Éluard\r\nrien\r\n"))
    assert terminal.run("search", "-") == 0
    found = [json.loads(line) for line in terminal.out.splitlines()]
    assert [[one["surname"] for one in people] for people in found] == [["Éluard"], []]


def test_queries_in_the_code_page_of_one_machine_are_refused(terminal, monkeypatch):
    piped(monkeypatch, "Éluard\n".encode("cp1252"))
    assert terminal.run("search", "-") == USAGE
    assert "FILE_ENCODING" in terminal.errors


def test_a_file_that_is_nothing_is_nothing():
    assert text_files.decode(b"") == ""
    assert list(text_files.lines_of(io.BufferedReader(io.BytesIO(b"")))) == []
