"""The log of a machine: bounded, for its person alone, and without anybody in it."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys

import httpx
import pytest

from comptexpert_desktop.adapters import http
from comptexpert_desktop.app import crash, logs
from comptexpert_desktop.domain.redaction import redact
from comptexpert_desktop.settings import Settings

OURS = logging.getLogger("comptexpert_desktop.essai")


@pytest.fixture
def begin(tmp_path, monkeypatch):
    monkeypatch.setattr(logs.hardening, "ignored", tuple)  # what an earlier test of this process took away
    opened = []

    def start(level="info", folder=tmp_path, name="window"):
        settings = Settings(server_url="http://127.0.0.1:8000", data_dir=folder, log_level=level)
        opened.append(logs.start(settings, name=name))
        return folder / "logs" / f"{name}.log"

    yield start
    for one in opened:
        one.stop()


def test_a_start_is_one_line_with_the_version(begin):
    path = begin()
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert line.split()[1:3] == ["INFO", "comptexpert_desktop.app.logs"]
    assert "window started, version" in line
    assert line[:4].isdigit()
    assert line.split()[0].endswith("Z")


def test_it_is_for_its_person_alone(begin, tmp_path):
    path = begin(folder=tmp_path / "new" / "data")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_it_never_takes_more_than_its_five_files(begin, monkeypatch):
    assert (logs.FILES, logs.MAX_BYTES) == (5, 1_000_000)
    monkeypatch.setattr(logs, "MAX_BYTES", 20_000)
    path = begin()
    for number in range(1_500):
        OURS.info("ligne %d %s", number, "x" * 60)
    files = logs.files(path.parent.parent)
    assert [one.name for one in files] == ["window.log", *(f"window.log.{number}" for number in range(1, 5))]
    assert all(one.stat().st_size <= logs.MAX_BYTES for one in files)
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)


LEVELS = {"error": 1, "warning": 2, "info": 3, "debug": 4}


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_of_the_settings_holds(begin, level):
    path = begin(level)
    for say in (OURS.error, OURS.info, OURS.debug):
        say("événement")
    OURS.log(logging.WARNING, "événement")
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text.count("événement") == LEVELS[level]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail de claire.aubier@cabinet.example ici", "mail de <mail> ici"),
        ("compte 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "compte <id>"),
        ("née le 1975-06-02 ou 02/06/1975", "née le <date> ou <date>"),
        ("Authorization: Bearer abc.def", "Authorization: <secret>"),
        ("tél. 06.12.34.56.78 ou +33 6 12 34 56 78", "tél. <number> ou <number>"),
        ("née le 12-03-1974", "née le <date>"),
        ("vers 10.20.30.40", "vers <address>"),
        ("vers 2001:db8:0:1:0:0:0:5", "vers <address>"),
        ("vers 2001:db8::1 ou [fe80::1:2]:443", "vers <address> ou [<address>]:443"),
        ("à 10:15:20, ::1 répond", "à 10:15:20, ::1 répond"),
        ("vers 127.0.0.1:8000, version 1.2.3", "vers 127.0.0.1:8000, version 1.2.3"),
        ("password=abc&token: xyz", "password=<secret>&token: <secret>"),
        ("/home/jean.dupont/x, C:\\Users\\jdupont\\x", "/home/<person>/x, C:\\Users\\<person>\\x"),
        ("code=DEL_SELF, 500 en 12.5 s", "code=DEL_SELF, 500 en 12.5 s"),
        ("jeton eyJhbGciOi.J9.x", "jeton <secret>"),
        ("numéro 140000000001", "numéro <number>"),
        ("SIREN 732 829 320", "SIREN <number>"),
        ("clé A1b2C3d4E5f6G7h8I9j0K1l2", "clé <secret>"),
        ("http://poste:motdepasse@proxy.example:3128", "http://<secret>@proxy.example:3128"),
        ("GET comptexpert.example/api/v1/me: 200, 1234 bytes", "GET comptexpert.example/api/v1/me: 200, 1234 bytes"),
        ("at comptexpert_desktop/usecases/sync/apply.py:128", "at comptexpert_desktop/usecases/sync/apply.py:128"),
    ],
)
def test_what_names_somebody_or_opens_something_is_taken_out(said, kept):
    assert redact(said) == kept


def test_a_line_cannot_make_another_one(begin):
    path = begin()
    OURS.info("un\n2026-01-01T00:00:00Z ERROR faux\x1b[31m")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert "\x1b" not in path.read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore")
def test_of_a_library_only_the_place_is_kept(begin, caplog):
    path = begin("debug")
    library = logging.getLogger("bibliotheque")
    library.addFilter(lambda record: True)
    library.error("la personne %s", "canary")
    caplog.clear()
    text = path.read_text(encoding="utf-8")
    assert "canary" not in text
    assert "bibliotheque (words kept back) test_logs.py:" in text


def test_a_bug_is_kept_by_its_type_and_its_place(begin, caplog, monkeypatch):
    path = begin()
    monkeypatch.setattr(crash.sys, "stderr", None)
    try:
        int("canary")
    except ValueError as error:
        crash._uncaught(ValueError, error, error.__traceback__)
        OURS.exception("travail")
    caplog.clear()
    text = path.read_text(encoding="utf-8")
    assert "canary" not in text
    assert text.count("ValueError") == 2
    assert "test_logs.py" in text


def test_a_folder_that_takes_nothing_stops_nobody(begin, tmp_path):
    (tmp_path / "logs").write_text("a file stands here")
    begin()
    OURS.info("événement")


def test_each_exchange_is_told_without_the_case_that_it_was_about(begin):
    path = begin("debug")
    url = "https://comptexpert.example/api/v1/firms/3f2504e0-4f89-11d3-9a0c-0305e82c3301/absences/17a?q=aubier"
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    with http.new_client(transport=transport) as client:
        http.exchange(client, "GET", url, headers={"Authorization": "Bearer canary"})
    text = path.read_text(encoding="utf-8")
    assert "GET comptexpert.example/api/v1/firms/…/absences/…: 200, 2 bytes" in text
    assert not any(word in text for word in ("3f2504e0", "17a", "aubier", "canary"))


def test_a_command_writes_a_log_of_its_own(tmp_path):
    folder = tmp_path / "data"
    command = [sys.executable, "-m", "comptexpert_desktop", "--data-dir", str(folder), "show-policy", "--json"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT_")}
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    first, last = (folder / "logs" / "command.log").read_text(encoding="utf-8").splitlines()
    assert "command started" in first
    assert last.endswith("show-policy ended with 0")


def test_once_stopped_nothing_more_is_written(tmp_path):
    settings = Settings(server_url="http://127.0.0.1:8000", data_dir=tmp_path)
    opened = logs.start(settings, name="window")
    opened.stop()
    OURS.info("événement")
    assert "événement" not in (tmp_path / "logs" / "window.log").read_text(encoding="utf-8")
