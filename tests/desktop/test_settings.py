"""The settings are read once; the machine's policy wins, and only when root wrote it."""

from __future__ import annotations

import json
import os

import pytest

from comptexpert_desktop import settings
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.settings import sources


@pytest.fixture(autouse=True)
def no_policy(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "POLICY_FILE", tmp_path / "policies.json")
    monkeypatch.setattr(sources, "DEFAULTS_FILE", tmp_path / "defaults.json")


def load(tmp_path, **arguments):
    return settings.load(data_dir=str(tmp_path / "data"), **arguments)


def user_says(tmp_path, content):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.json").write_text(content)


def policy_says(tmp_path, url):
    (tmp_path / "policies.json").write_text(json.dumps({"server_url": url}))
    (tmp_path / "policies.json").chmod(0o644)


def test_an_argument_wins_over_the_file_and_the_file_over_what_is_built_in(tmp_path):
    assert load(tmp_path).server_url == settings.DEFAULT_SERVER
    user_says(tmp_path, '{"server_url": "https://user.example/"}')
    assert load(tmp_path).server_url == "https://user.example"
    assert load(tmp_path, server="https://argument.example").server_url == "https://argument.example"


@pytest.mark.parametrize("content", ["", "[]", '{"server_url": 3}'])
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path, content):
    user_says(tmp_path, content)
    assert load(tmp_path).server_url == settings.DEFAULT_SERVER


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")
def test_a_policy_locks_the_server(tmp_path):
    policy_says(tmp_path, "https://policy.example")
    found = load(tmp_path)
    assert (found.server_url, found.server_is_locked) == ("https://policy.example", True)
    assert load(tmp_path, server="https://policy.example/").server_is_locked
    with pytest.raises(InvalidInput):
        load(tmp_path, server="https://other.example")


def test_a_policy_that_others_may_write_is_none(tmp_path):
    policy_says(tmp_path, "https://policy.example")
    (tmp_path / "policies.json").chmod(0o666)
    assert not load(tmp_path).server_is_locked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Comptexpert.example", "https://comptexpert.example"),
        (" https://comptexpert.example:8443/base/ ", "https://comptexpert.example:8443/base"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_is_written_in_one_form(text, expected):
    assert settings.server_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "comptexpert.example",
        "http://comptexpert.example",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "https://user:secret@comptexpert.example",
        "https://comptexpert.example?x=1",
        "https://comptexpert.example#x",
        "https://",
        "https://comptexpert.example:port",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_safe_is_refused(text):
    with pytest.raises(InvalidInput):
        settings.server_address(text)


def test_everything_lies_below_the_persons_own_folder():
    assert settings.load().data_dir.name == "comptexpert"
