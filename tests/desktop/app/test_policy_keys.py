"""Each setting, one by one: imposed it holds, on screen and in `show-policy`; nonsense is told; a strange file is none."""

from __future__ import annotations

import base64
import json
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop import settings
from comptexpert_desktop.errors import InvalidInput, PolicyRefused
from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.definitions import BY_NAME, KEYS
from comptexpert_desktop.ui.settings.managed_card import MANAGED, managed_card
from comptexpert_desktop.ui.settings.screen import SettingsScreen
from tests.desktop.ui import walks

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")


class Case(NamedTuple):
    """What is imposed, what the person would rather have, what the screen says, and what then holds."""

    imposed: object
    requested: object
    shown: str
    effect: Callable[[settings.Settings], object]
    nonsense: object


KEY = BY_NAME["snapshot_key"].example
OTHER_KEY = base64.b64encode(b"k" * 32).decode()
FIRM = "https://cabinet.example"
OTHER = "https://ailleurs.example"
CASES = {
    "server_url": Case(FIRM, OTHER, FIRM, lambda found: found.server_url, "http://cabinet.example"),
    "allowed_servers": Case(
        [FIRM, settings.DEFAULT_SERVER],
        [OTHER],
        f"{FIRM}, {settings.DEFAULT_SERVER}",
        lambda found: list(found.resolved["allowed_servers"].value),
        "cabinet",
    ),
    "proxy_mode": Case("none", "manual", "Aucun", lambda found: found.network.proxy_mode, "tor"),
    "pac_url": Case(
        "file:///etc/proxy.pac",
        "http://ailleurs.example/p.pac",
        "file:///etc/proxy.pac",
        lambda found: found.network.pac_url,
        "ftp://proxy.example/proxy.pac",
    ),
    "proxy_url": Case(
        "http://proxy.example:3128",
        "http://ailleurs.example:1",
        "http://proxy.example:3128",
        lambda found: found.network.proxy_url,
        "http://nom:secret@proxy.example:3128",
    ),
    "proxy_exceptions": Case(
        ["a.example", "b.example"],
        ["*"],
        "a.example, b.example",
        lambda found: list(found.network.proxy_exceptions),
        [3],
    ),
    "proxy_user": Case("poste", "moi", "poste", lambda found: found.network.proxy_user, "deux\nlignes"),
    "ca_file": Case("/etc/ca.pem", "/tmp/ca.pem", "/etc/ca.pem", lambda found: found.network.ca_file, "ca.pem"),
    "saved_credentials": Case(False, True, "Non", lambda found: found.saves_credentials, "non"),
    "lock_after": Case("15", "never", "15\u00a0minutes", lambda found: str(found.lock_minutes), "17"),
    "offline_unlock": Case(False, True, "Non", lambda found: found.offline_unlock, "non"),
    "offline_days": Case(30, 0, "30\u00a0jours", lambda found: found.offline_days, -1),
    "update_notice": Case(False, True, "Non", lambda found: found.update_notice, 2),
    "updates_url": Case(f"{FIRM}/m.json", OTHER, f"{FIRM}/m.json", lambda found: found.updates_url, "ftp://x.example"),
    "desktop_notifications": Case(False, True, "Non", lambda found: found.desktop_notifications, "0"),
    "start_at_sign_in": Case(True, False, "Oui", lambda found: found.start_at_sign_in, "oui"),
    "single_keys": Case(False, True, "Non", lambda found: found.single_keys, "non"),
    "colour_scheme": Case("dark", "light", "Sombre", lambda found: found.colour_scheme, "purple"),
    "log_level": Case("debug", "error", "Détails techniques", lambda found: found.log_level, "loud"),
    "language": Case("fr", "en", "Français", lambda found: found.language, "en"),
    "snapshot_key": Case(KEY, OTHER_KEY, KEY, lambda found: found.snapshot_key, "abc"),
    "data_dir": Case("/var/comptexpert", "/tmp", "/var/comptexpert", lambda found: str(found.data_dir), "relative"),
    "minimum_version": Case("0.0.1", "0.0.2", "0.0.1", lambda found: found.resolved["minimum_version"].value, "neuve"),
    "rehearsal": Case(False, True, "Non", lambda found: found.may_rehearse, "non"),
    "exports": Case(False, True, "Non", lambda found: found.may_export, 3),
    "support_contact": Case("poste 42", "moi", "poste 42", lambda found: found.support_contact, "deux\nlignes"),
}
EVERY = pytest.mark.parametrize("name", CASES)


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """A machine of its own: a folder in the place of /etc/comptexpert."""
    folder = tmp_path / "etc"
    folder.mkdir()
    monkeypatch.setattr(sources, "POLICY_FILE", folder / "policies.json")
    monkeypatch.setattr(sources, "DEFAULTS_FILE", folder / "defaults.json")
    return folder


def impose(machine, document):
    path = machine / "policies.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    path.chmod(0o644)
    return path


def want(tmp_path, document):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.json").write_text(json.dumps(document), encoding="utf-8")


def load(tmp_path, *, name="", is_lenient=False):
    """Load the settings of a person whose folder is named on the command line, unless the policy names it."""
    folder = None if name == "data_dir" else str(tmp_path / "data")
    return settings.load(data_dir=folder, is_lenient=is_lenient)


def listed(value):
    return list(value) if isinstance(value, tuple) else value


def test_no_setting_goes_without_its_case():
    assert set(CASES) == {key.name for key in KEYS}


@EVERY
def test_what_the_policy_says_holds_whatever_the_person_wants(machine, tmp_path, name):
    case = CASES[name]
    impose(machine, {name: case.imposed})
    want(tmp_path, {name: case.requested})
    found = load(tmp_path, name=name)
    assert case.effect(found) == case.imposed
    told = settings.policy(found)[name]
    assert told == {"value": case.imposed, "source": "policy", "locked": True}


@EVERY
def test_without_a_policy_the_person_is_heard_where_it_is_theirs_to_say_and_makes_sense(tmp_path, name):
    case = CASES[name]
    want(tmp_path, {name: case.requested} | ({"server_url": OTHER} if name == "allowed_servers" else {}))
    told = settings.policy(load(tmp_path))[name]
    if not BY_NAME[name].is_personal:
        assert told["source"] == ("argument" if name == "data_dir" else "built-in")
    elif name == "language":
        assert told == {"value": "fr", "source": "built-in", "locked": False, "problem": "INVALID_INPUT"}
    else:
        assert told == {"value": case.requested, "source": "user", "locked": False}


@EVERY
def test_the_command_shows_what_is_imposed(terminal, machine, tmp_path, name):
    impose(machine, {name: CASES[name].imposed})
    server = FIRM if name in {"server_url", "allowed_servers"} else terminal_server()
    code = terminal.run("--server", server, "show-policy", "--json")
    assert code == (1 if name == "data_dir" else 0)  # the command line of these tests names another folder
    assert json.loads(terminal.out)[name] == {"value": CASES[name].imposed, "source": "policy", "locked": True}


def terminal_server():
    return "http://127.0.0.1:8000"


@EVERY
def test_the_screen_says_the_value_and_who_decided(machine, tmp_path, qtbot, name):
    impose(machine, {name: CASES[name].imposed})
    found = load(tmp_path, name=name)
    widget = SettingsScreen._server_card(None, found.server_url, locked=True) if name == "server_url" else None
    widget = widget or managed_card(found.resolved)
    qtbot.addWidget(widget)
    line = widget.findChild(QLineEdit, "serverEdit" if name == "server_url" else f"managed-{name}")
    assert line.text() == CASES[name].shown
    assert line.isReadOnly()
    assert MANAGED in walks.words_of(widget)


@EVERY
def test_a_value_that_makes_no_sense_is_told_and_holds_what_is_closed(machine, tmp_path, name):
    impose(machine, {name: CASES[name].nonsense})
    want(tmp_path, {name: CASES[name].requested})
    found = load(tmp_path, name=name, is_lenient=True)
    told = settings.policy(found)[name]
    assert (told["source"], told["locked"], told["problem"]) == ("policy", True, "INVALID_INPUT")
    if BY_NAME[name].closed is None:
        assert (type(found.refusal), found.refusal.data["name"]) == (PolicyRefused, name)
    else:
        assert told["value"] == listed(BY_NAME[name].closed)
        assert found.refusal is None


WRONG_TYPES = (None, 1.5, 2**70, {"a": 1}, [[]], [None], "\x00", "\ud800", "", -1, True, [True], ["", " "], "x" * 5000)


@EVERY
@pytest.mark.parametrize("rank", range(len(WRONG_TYPES)))
def test_nothing_that_a_policy_says_is_more_open_than_closed(machine, tmp_path, name, rank):
    """Taken, closed, or the program does not start; never what the person would rather have."""
    impose(machine, {name: WRONG_TYPES[rank]})
    want(tmp_path, {name: CASES[name].requested})
    found = load(tmp_path, name=name, is_lenient=True)
    told = settings.policy(found)[name]
    assert (told["source"], told["locked"]) == ("policy", True)
    if "problem" in told and found.refusal is None:
        assert told["value"] == listed(BY_NAME[name].closed)


@EVERY
@pytest.mark.parametrize("fault", ["unreadable", "owner", "mode", "link", "cut", "folder"])
def test_a_file_that_cannot_be_trusted_or_read_stops_the_start(machine, tmp_path, name, fault, monkeypatch):
    path = impose(machine, {name: CASES[name].imposed})
    want(tmp_path, {name: CASES[name].requested})
    if fault == "unreadable":
        monkeypatch.setattr(sources.os, "read", refuse)
    elif fault == "owner":
        os.chown(path, 65534, 65534)
    elif fault == "mode":
        path.chmod(0o666)
    elif fault == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.rename(machine / "elsewhere.json")
        (path.symlink_to if fault == "link" else lambda _target: path.mkdir())(machine / "elsewhere.json")
    code = {"cut": "POLICY_FILE_INVALID", "unreadable": "POLICY_FILE_UNREADABLE"}.get(fault, "POLICY_FILE_UNSAFE")
    with pytest.raises(PolicyRefused, match=code):
        load(tmp_path)


def refuse(*_arguments):
    raise PermissionError(13, "Permission denied")


ELEMENTS = (None, 1, True, "", " ", {}, [], "a b", "http://[", "https://h h", "\x00", "x" * 400)


@pytest.mark.parametrize("name", [key.name for key in KEYS if key.kind == "list"])
@pytest.mark.parametrize("rank", range(len(ELEMENTS)))
def test_a_wrong_element_is_left_out_and_never_widens_its_list(machine, tmp_path, name, rank):
    right = CASES[name].imposed
    want(tmp_path, {name: CASES[name].requested})
    for position in range(len(right) + 1):
        impose(machine, {name: [*right[:position], ELEMENTS[rank], *right[position:]]})
        told = settings.policy(load(tmp_path))[name]
        assert told == {"value": right, "source": "policy", "locked": True, "problem": "INVALID_INPUT"}
    impose(machine, {name: [ELEMENTS[rank]]})
    found = load(tmp_path, is_lenient=True)
    assert settings.policy(found)[name]["value"] == listed(BY_NAME[name].closed or ())
    assert (found.refusal is None) is (BY_NAME[name].closed is not None)


WAY = ("proxy_mode", "proxy_url", "pac_url", "proxy_exceptions")
ROUND = {"proxy_mode": "none", "proxy_url": "http://mine.example:1", "proxy_exceptions": ["*"]}


@pytest.mark.parametrize("name", WAY)
@pytest.mark.parametrize("value", ["right", "nonsense"])
def test_a_person_goes_no_way_round_the_way_that_a_policy_chose(machine, tmp_path, name, value):
    """One setting of the four decides them all: an exception for everything is no proxy at all."""
    imposed = CASES[name].imposed if value == "right" else CASES[name].nonsense
    impose(machine, {name: imposed})
    want(tmp_path, ROUND)
    told = settings.policy(load(tmp_path))
    for other in WAY:
        expected = "policy" if other == name else "built-in"
        assert (told[other]["source"], told[other]["locked"]) == (expected, True)
    impose(machine, {"lock_after": "5"})
    assert {settings.policy(load(tmp_path))[other]["source"] for other in ROUND} == {"user"}


def test_what_the_machine_proposes_of_the_way_stands_beside_what_it_imposes(machine, tmp_path):
    impose(machine, {"proxy_mode": "manual"})
    proposed = machine / "defaults.json"
    proposed.write_text(json.dumps({"proxy_url": "http://proxy.example:3128"}))
    proposed.chmod(0o644)
    want(tmp_path, ROUND)
    assert load(tmp_path).network.proxy_url == "http://proxy.example:3128"


def test_a_policy_that_anybody_may_take_away_stops_the_start_when_it_is_away(machine, tmp_path):
    machine.chmod(0o777)
    with pytest.raises(PolicyRefused, match="POLICY_FILE_UNSAFE"):
        load(tmp_path)
    machine.chmod(0o1777)
    assert load(tmp_path).refusal is None


@EVERY
def test_a_name_that_is_almost_a_setting_is_told(machine, tmp_path, name):
    impose(machine, {f"{name}s": CASES[name].imposed})
    told = settings.policy(load(tmp_path))
    assert told[f"{name}s"]["problem"] == "FIELD_UNKNOWN"
    assert told[name]["source"] == ("argument" if name == "data_dir" else "built-in")


def test_a_choice_is_kept_beside_the_others_for_its_person_alone(tmp_path):
    folder = tmp_path / "data"
    assert settings.keep(folder, choices={"start_at_sign_in": True})
    assert settings.keep(folder, choices={"desktop_notifications": False})
    found = load(tmp_path)
    assert (found.start_at_sign_in, found.desktop_notifications) == (True, False)
    assert stat.S_IMODE((folder / "settings.json").stat().st_mode) == 0o600


def test_a_choice_that_makes_no_sense_is_not_kept(tmp_path):
    with pytest.raises(InvalidInput):
        settings.keep(tmp_path / "data", choices={"log_level": "loud"})
    assert not (tmp_path / "data").exists()


def test_a_choice_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "data").write_text("a file stands here")
    assert settings.keep(tmp_path / "data", choices={"start_at_sign_in": True}) is False
