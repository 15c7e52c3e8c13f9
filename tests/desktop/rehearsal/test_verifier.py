"""The rehearsal judges a register whatever server a policy imposes, and reaches none but its own."""

from __future__ import annotations

import json
import sys

import pytest

from comptexpert_desktop.rehearsal import verifier
from comptexpert_desktop.settings import sources
from tests.desktop.domain.test_register import a_register

HERE = "http://127.0.0.1:9"


@pytest.fixture
def imposed(monkeypatch):
    """Let the machine impose a server."""
    found = sources.Found({"server_url": "https://comptexpert.example"}, "policies.json")
    monkeypatch.setattr(sources, "policy", lambda: found)


def judge(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["verifier", *map(str, words)])
    return verifier.main()


@pytest.mark.usefixtures("imposed")
def test_a_register_is_judged_under_a_policy_that_imposes_another_server(monkeypatch, tmp_path, capsys):
    file = tmp_path / "register.json"
    file.write_text(json.dumps(a_register(3)), encoding="utf-8")
    assert judge(monkeypatch, HERE, tmp_path / "data", file) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["lines"], verdict["signature"]) == (3, "unknown_key"), "a verdict, and no refusal of the server"


def test_no_server_but_one_of_this_machine_is_taken(monkeypatch, tmp_path, capsys):
    assert judge(monkeypatch, "https://comptexpert.example", tmp_path / "data", tmp_path / "absent.json") == 2
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "data").exists()
