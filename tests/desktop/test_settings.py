"""The settings are read once; the machine's policy wins, and only when root wrote it."""

from __future__ import annotations

import json
import os

import pytest

from comptexpert_desktop import settings
from comptexpert_desktop.errors import InvalidInput, PolicyRefused
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


def test_a_policy_that_others_may_write_stops_the_start(tmp_path):
    policy_says(tmp_path, "https://policy.example")
    (tmp_path / "policies.json").chmod(0o666)
    with pytest.raises(PolicyRefused):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://Comptexpert.example", "https://comptexpert.example"),
        (" https://comptexpert.example:8443/base/ ", "https://comptexpert.example:8443/base"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://comptexpert.example:443", "https://comptexpert.example"),
        ("https://comptexpert.example:8443", "https://comptexpert.example:8443"),
        ("http://[0:0:0:0:0:0:0:1]:8000", "http://[::1]:8000"),
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
        "http://[::1",
        "http://[x]/",
        "https://a b.example",
        "https://comptexpert.example:0",
        "https://comptexpert.example:99999",
        "https://comptexpert.example\\@evil.example",
        "https://compt\x1bexpert.example",
    ],
)
def test_an_address_that_is_not_safe_is_refused(text):
    with pytest.raises(InvalidInput):
        settings.server_address(text)


def test_everything_lies_below_the_persons_own_folder():
    assert settings.load().data_dir.name == "comptexpert"


def test_the_files_of_earlier_versions_are_read_until_a_choice_is_written(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "lock.ini").write_text("[lock]\nminutes=60\n", encoding="utf-8")
    (folder / "appearance.ini").write_text("[appearance]\nscheme=dark\n", encoding="utf-8")
    found = load(tmp_path)
    assert (found.lock_minutes, found.colour_scheme) == (60, "dark")
    assert settings.keep(folder, choices={"lock_after": "15"})
    found = load(tmp_path)
    assert (found.lock_minutes, found.colour_scheme) == (15, "dark")
    assert sorted(path.name for path in folder.iterdir()) == ["settings.json"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("lock.ini", b"[lock]\nminutes=0\n", (0, "auto")),
        ("lock.ini", b"[lock]\nminutes=9999\n", (30, "auto")),
        ("appearance.ini", b"[appearance]\nscheme=purple\n", (30, "auto")),
        ("appearance.ini", b"\xff\xfe\x00", (30, "auto")),
    ],
)
def test_what_an_earlier_file_says_is_checked_like_the_rest(tmp_path, name, content, expected):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).write_bytes(content)
    found = load(tmp_path)
    assert (found.lock_minutes, found.colour_scheme) == expected


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")
def test_a_shorter_delay_of_the_person_holds_below_the_maximum_of_a_policy(tmp_path):
    user_says(tmp_path, '{"lock_after": "5"}')
    (tmp_path / "policies.json").write_text(json.dumps({"lock_after": "30"}))
    (tmp_path / "policies.json").chmod(0o644)
    found = settings.Preferences(load(tmp_path))
    assert (found.lock_minutes(), found.lock_maximum()) == (5, 30)
