"""A policy that changes under the open window: what can hold at once does, the rest is said, and nothing else moves."""

from __future__ import annotations

import json
import logging
import os
from types import SimpleNamespace

import pytest

from comptexpert_desktop.app import logs
from comptexpert_desktop.desktop.policy_watch import PolicyWatch
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.settings import load, sources
from comptexpert_desktop.settings.definitions import BY_NAME, KEYS
from comptexpert_desktop.settings.policy_changes import AT_ONCE, CLOSES_AT_ONCE, compare
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.destinations import SETTINGS, Destination
from tests.desktop.ui.window_kit import SERVER, WindowKit

pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """A machine of its own: a folder in the place of /etc/comptexpert."""
    monkeypatch.setattr(sources, "POLICY_FILE", tmp_path / "etc" / "policies.json")
    monkeypatch.setattr(sources, "DEFAULTS_FILE", tmp_path / "etc" / "defaults.json")
    (tmp_path / "etc").mkdir()
    (tmp_path / "data").mkdir(mode=0o700)
    return tmp_path / "etc"


def impose(machine, document):
    """Put a policy in place in one step, as tools that manage machines do."""
    path = machine / "policies.new"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    path.chmod(0o644)
    path.rename(machine / "policies.json")


class Seat:
    """A window that was started under whatever the policy said then."""

    def __init__(self, tmp_path, qtbot):
        self.kit, self.qtbot = WindowKit(tmp_path / "data"), qtbot
        self.settings = load(server=SERVER, data_dir=str(tmp_path / "data"))
        self.preferences = self.kit.window.context.preferences
        self.preferences.settings = self.settings
        self.coloured = []
        self.running = SimpleNamespace(
            preferences=self.preferences,
            tasks=self.kit.tasks,
            changes=self.kit.changes,
            follow_colours=lambda: self.coloured.append(self.preferences.colour_scheme()),
        )
        self.kit.show()
        self.watch = PolicyWatch(self.running, self.kit.window, parent=self.kit.window)
        self.looks = 0
        compared = self.watch._compare

        def count(now):
            compared(now)
            self.looks += 1

        self.watch._compare = count

    def look(self):
        before = self.looks
        self.watch.look()
        self.qtbot.waitUntil(lambda: self.looks > before)

    def text(self):
        return self.watch.banner.text() if self.watch.banner is not None and self.watch.banner.isVisible() else ""


@pytest.fixture
def seat(tmp_path, qtbot):
    level = logging.getLogger(logs.OURS).level
    made = Seat(tmp_path, qtbot)
    yield made
    made.kit.close()
    logging.getLogger(logs.OURS).setLevel(level)


def test_nothing_is_said_while_nothing_changes(seat):
    seat.look()
    assert (seat.text(), seat.preferences.settings) == ("", seat.settings)


def test_a_change_is_noticed_without_being_looked_for(seat, machine, qtbot):
    impose(machine, {"lock_after": "5"})
    qtbot.waitUntil(lambda: seat.preferences.lock_minutes() == 5)
    assert "Verrouill" in seat.text()


def test_a_shorter_lock_holds_at_once_and_is_a_maximum(seat, machine):
    assert seat.preferences.choose_lock_minutes(60)
    impose(machine, {"lock_after": "15"})
    seat.look()
    assert (seat.preferences.lock_minutes(), seat.preferences.lock_maximum()) == (15, 15)
    assert seat.kit.window.cover().idle._minutes() == 15
    (machine / "policies.json").unlink()
    seat.look()
    assert seat.preferences.lock_minutes() == 60, "and the person's own choice again once nothing is imposed"


def test_what_is_read_at_each_use_holds_at_once(seat, machine):
    heard = []
    seat.kit.changes.changed.connect(heard.append)
    impose(
        machine,
        {"desktop_notifications": False, "single_keys": False, "log_level": "debug", "colour_scheme": "dark"},
    )
    seat.look()
    now = seat.preferences.settings
    assert (now.desktop_notifications, now.single_keys, now.log_level) == (False, False, "debug")
    assert logging.getLogger(logs.OURS).level == logging.DEBUG
    assert seat.coloured == ["dark"]
    assert seat.preferences.is_locked("single_keys")
    assert frozenset({Topic.SETTINGS}) in heard


def test_exports_that_are_taken_away_are_refused_under_the_open_screen(seat, machine, tmp_path):
    screen = seat.kit.window.open(Destination("delegations"))
    assert isinstance(screen, DelegationsScreen)
    assert screen.exports.button.isEnabled()
    impose(machine, {"exports": False})
    seat.look()
    assert not screen.exports.button.isEnabled()
    assert "service informatique" in screen.exports.button.accessibleDescription()


def test_exports_that_are_allowed_again_wait_for_the_next_start(machine, tmp_path, qtbot):
    impose(machine, {"exports": False})
    seat = Seat(tmp_path, qtbot)
    (machine / "policies.json").unlink()
    seat.look()
    assert not seat.preferences.settings.may_export
    assert "prochaine ouverture" in seat.text()
    seat.kit.close()


def test_another_server_waits_for_the_next_start_and_goes_again(seat, machine):
    impose(machine, {"proxy_mode": "none", "update_notice": False})
    seat.look()
    assert seat.preferences.settings == seat.settings
    assert BY_NAME["proxy_mode"].french[0] in seat.text()
    assert "prochaine ouverture" in seat.text()
    (machine / "policies.json").unlink()
    seat.look()
    assert seat.text() == ""


@pytest.mark.parametrize("document", ["{", {"lock_after": "5", "minimum_version": "99"}, {"server_url": 3}])
def test_a_policy_that_refuses_the_next_start_is_said_and_nothing_of_it_is_taken(seat, machine, document):
    impose(machine, document)
    seat.look()
    assert "Prévenez votre service informatique" in seat.text()
    assert seat.preferences.settings == seat.settings


def test_a_setting_that_is_shown_is_shown_as_it_holds_now(seat, machine, qtbot):
    window = seat.kit.window
    first = window.open(Destination(SETTINGS))
    window.open(Destination("home"))
    impose(machine, {"single_keys": False})
    seat.look()
    again = window.open(Destination(SETTINGS))
    assert again is not first
    assert not again.desk_card.boxes["single_keys"].isEnabled()
    impose(machine, {"single_keys": True})
    seat.look()
    assert window.open(Destination(SETTINGS)) is again, "the screen that is shown stays"
    window.open(Destination("home"))
    assert window.open(Destination(SETTINGS)) is not again


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_each_setting_is_taken_or_waits(key, machine, tmp_path):
    """Of every setting that is imposed something is said: it holds, it waits, or the next start is refused."""
    folder = str(tmp_path / "data")
    before = load(server=SERVER, data_dir=folder)
    impose(machine, {key.name: list(key.example) if isinstance(key.example, tuple) else key.example})
    change = compare(before, now=load(server=SERVER, data_dir=folder, is_lenient=True))
    if change.refusal is not None:
        assert key.name in {"server_url", "allowed_servers", "data_dir", "minimum_version"}
    else:
        is_taken = key.name in AT_ONCE or (key.name in CLOSES_AT_ONCE and not change.settings.may_export)
        assert (key.name in change.at_once, key.name in change.later) == (is_taken, not is_taken)
