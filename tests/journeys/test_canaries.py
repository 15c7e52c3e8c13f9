"""After the whole tour at its loudest, nothing secret lies in the clear anywhere; `canary.py` plays and searches."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.journeys.canary import Canaries

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

KINDS = {"activation key", "birth date", "claim", "e-mail", "password", "sign-in", "token"}


@pytest.fixture(scope="module")
def played(folder_on_disk):
    """Play the tour once; what the programs print lies where it is searched too."""
    folder = folder_on_disk
    (folder / "logs").mkdir()
    console = folder / "logs" / "console.log"
    with console.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.canary", str(folder)],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            stdout=out,
            stderr=out,
            timeout=280,
            check=False,
        )
    assert done.returncode == 0, console.read_text(encoding="utf-8")
    return folder, json.loads((folder / "findings.json").read_text(encoding="utf-8"))


def test_the_whole_tour_was_played_and_every_kind_of_secret_passed(played):
    _, told = played
    assert len(told["played"]) == told["steps"] >= 30
    assert set(told["canaries"]) == KINDS
    assert [kind for kind, count in told["canaries"].items() if not count] == []


def test_nothing_secret_is_in_a_file_a_log_or_the_diagnostics(played):
    assert played[1]["findings"] == []


def test_nothing_secret_is_in_the_arguments_or_the_environment_of_any_process(played):
    _, told = played
    assert told["processes"] > 5
    assert told["in_processes"] == []


def test_nothing_secret_is_in_the_log_of_the_server_and_no_credential_in_its_files(played):
    _, told = played
    assert (told["in_server_log"], told["in_server_files"]) == ([], [])


def test_the_libraries_were_loud_and_the_exceptions_were_said(played):
    folder, _ = played
    log = (folder / "logs" / "everything.log").read_text(encoding="utf-8")
    assert "DEBUG:httpcore" in log
    assert log.count("background work failed: RuntimeError") >= 9
    console = (folder / "logs" / "console.log").read_text(encoding="utf-8")
    assert console.count("comptexpert-desktop: builtins.RuntimeError") >= 6
    assert "forced" not in log + console


def test_a_person_can_send_the_diagnostics_without_a_second_look(played):
    folder, _ = played
    bundle = (folder / "outside" / "bundle.json").read_text(encoding="utf-8")
    document = json.loads(bundle)
    assert {"version", "checks", "state", "logs", "delegations", "accounts"} <= set(document)
    assert document["accounts"]
    assert document["delegations"]
    assert document["logs"]["window.log"]
    assert str(folder) not in bundle


def test_nobody_is_named_in_the_diagnostics_or_in_the_log(played):
    folder, told = played
    assert told["people"] > 20
    assert (told["in_bundle"], told["in_application_log"]) == ([], [])
    log = (folder / "application" / "logs" / "window.log").read_text(encoding="utf-8")
    assert " DEBUG comptexpert_desktop." in log
    assert "RuntimeError" in log
    assert "forced" not in log


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le"])
def test_the_search_finds_what_is_there(form):
    canaries = Canaries()
    canaries.note("token", "access-0123456789", "short")
    assert canaries.found_in(b"xx" + "access-0123456789".encode(form) + b"yy") == ["token"]
    assert canaries.found_in(b"access-012345678") == canaries.found_in(b"short") == []
    assert canaries.found_in(b"access-0123456789", kinds={"password"}) == []
    assert canaries.found_in(b"access-0123456789", but=canaries.all()) == []
