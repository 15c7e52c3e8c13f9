"""The policy as Windows and macOS keep it, with what their own calls answer: never more open than closed there either."""

from __future__ import annotations

import os
import plistlib
import pwd
import sys
from types import SimpleNamespace

import pytest

from comptexpert_desktop import settings
from comptexpert_desktop.errors import PolicyRefused
from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.definitions import BY_NAME, KEYS
from resources.policies.templates import plain

MACHINE, ACCOUNT = "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"
SERVER, OTHER = "https://cabinet.example", "https://ailleurs.example"
REG_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 1, 3, 4, 7
root_only = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")


def kind_of(value):
    return {str: REG_SZ, bytes: REG_BINARY, int: REG_DWORD, list: REG_MULTI_SZ}[type(value)]


class OpenKey:
    """One key of the registry that is open: its values, and the keys below it."""

    def __init__(self, content):
        self.values = [(name, value) for name, value in content.items() if not isinstance(value, dict)]
        self.below = {name: value for name, value in content.items() if isinstance(value, dict)}

    def __enter__(self):
        return self

    def __exit__(self, *_about):
        pass


class Registry:
    """Keys by their hive and path; an error may stand for one."""

    def __init__(self):
        self.keys = {}

    def module(self):
        """Give the calls of `winreg` that are used."""
        return SimpleNamespace(
            KEY_READ=0x20019,
            KEY_WOW64_64KEY=0x100,
            HKEY_LOCAL_MACHINE=MACHINE,
            HKEY_CURRENT_USER=ACCOUNT,
            OpenKey=self.opened,
            QueryInfoKey=lambda key: (len(key.below), len(key.values), 0),
            EnumValue=lambda key, index: (*key.values[index], kind_of(key.values[index][1])),
            EnumKey=lambda key, index: list(key.below)[index],
        )

    def opened(self, key, path, reserved, access):
        """Open a key of a hive, or one below a key."""
        assert (reserved, access) == (0, 0x20119), "the keys of 64-bit programs, from a program of either kind"
        if isinstance(key, OpenKey):
            return OpenKey(key.below[path])
        found = self.keys.get((key, path), FileNotFoundError(2, "absent"))
        if isinstance(found, OSError):
            raise found
        return OpenKey(found)


@pytest.fixture
def registry(monkeypatch):
    found = Registry()
    monkeypatch.setitem(sys.modules, "winreg", found.module())
    monkeypatch.setattr(sources.sys, "platform", "win32")
    return found


def told(tmp_path):
    return settings.policy(settings.load(data_dir=str(tmp_path), is_lenient=True))


def as_entered(value):
    """Give a value as Group Policy writes it: there is no truth but 1 and 0."""
    return int(value) if isinstance(value, bool) else plain(value)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize("form", [str, str.upper, str.lower])
def test_each_key_is_imposed_by_the_registry_in_capitals_or_not(registry, tmp_path, key, form):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {form(key.policy_name): as_entered(key.example)}
    found = told(tmp_path)
    assert (found[key.name]["source"], found[key.name]["locked"]) == ("policy", True)
    assert "problem" not in found[key.name]
    assert form(key.policy_name) not in set(found) - {key.name}


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize("value", [b"\x00\x01", 2**32 - 1, "", "%USERPROFILE%\\x", [], ["", "a b"]], ids=repr)
def test_a_value_of_another_kind_is_closed_or_stops_the_start(registry, tmp_path, key, value):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {key.policy_name: value}
    loaded = settings.load(data_dir=str(tmp_path), is_lenient=True)
    found = settings.policy(loaded)[key.name]
    assert (found["source"], found["locked"]) == ("policy", True)
    if "problem" in found and loaded.refusal is None:
        assert found["value"] == plain(key.closed)


def test_the_machine_wins_over_the_account_and_both_over_what_is_proposed(registry, tmp_path):
    registry.keys[ACCOUNT, sources.REGISTRY_POLICY] = {"ServerURL": OTHER, "LockAfter": "15"}
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {"ServerURL": SERVER}
    registry.keys[MACHINE, sources.REGISTRY_DEFAULTS] = {"LockAfter": "never", "LogLevel": "debug"}
    found = told(tmp_path)
    assert (found["server_url"]["value"], found["lock_after"]["value"]) == (SERVER, "15")
    assert (found["log_level"]["value"], found["log_level"]["source"]) == ("debug", "machine")


@pytest.mark.parametrize("hive", [MACHINE, ACCOUNT])
def test_a_key_of_the_registry_that_may_not_be_read_stops_the_start(registry, tmp_path, hive):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {"ServerURL": SERVER}
    registry.keys[hive, sources.REGISTRY_POLICY] = PermissionError(13, "Access is denied")
    with pytest.raises(PolicyRefused, match="POLICY_FILE_UNREADABLE") as refused:
        settings.load(data_dir=str(tmp_path))
    assert refused.value.data["file"] == f"{hive}\\{sources.REGISTRY_POLICY}"


def test_a_list_may_be_a_key_of_its_own(registry, tmp_path):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {"allowedservers": {"1": SERVER, "2": OTHER}}
    assert told(tmp_path)["allowed_servers"] == {"value": [SERVER, OTHER], "source": "policy", "locked": True}


@pytest.mark.parametrize("below", [{}, {"1": 3}, {"1": "a b"}])
def test_a_key_in_the_place_of_a_list_that_says_nothing_is_not_everything(registry, tmp_path, below):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {"AllowedServers": [SERVER], "ALLOWEDSERVERS": below}
    with pytest.raises(PolicyRefused, match="POLICY_VALUE_INVALID"):
        settings.load(data_dir=str(tmp_path))


def test_a_key_in_the_place_of_a_text_is_no_text(registry, tmp_path):
    registry.keys[MACHINE, sources.REGISTRY_POLICY] = {"ServerURL": {"": SERVER}}
    with pytest.raises(PolicyRefused, match="POLICY_VALUE_INVALID"):
        settings.load(data_dir=str(tmp_path))


def test_without_a_key_nothing_is_imposed(registry, tmp_path):
    assert {one["source"] for one in told(tmp_path).values()} == {"built-in", "argument"}


@pytest.fixture
def managed(monkeypatch, tmp_path):
    """The places of macOS, in a folder of this test."""
    monkeypatch.setattr(sources.sys, "platform", "darwin")
    monkeypatch.setattr(sources, "MANAGED_FOLDER", tmp_path / "Managed Preferences")
    monkeypatch.setattr(sources, "PREFERENCES_FOLDER", tmp_path / "Preferences")
    of_account = tmp_path / "Managed Preferences" / pwd.getpwuid(os.getuid()).pw_name
    of_account.mkdir(parents=True)
    (tmp_path / "Preferences").mkdir()
    return {"machine": of_account.parent, "account": of_account, "proposed": tmp_path / "Preferences"}


def lay(folder, document, *, form=plistlib.FMT_BINARY):
    path = folder / sources.PREFERENCES
    path.write_bytes(plistlib.dumps(document, fmt=form))
    path.chmod(0o644)
    return path


@root_only
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@pytest.mark.parametrize("scope", ["machine", "account"])
def test_each_key_is_imposed_by_a_profile_of_the_machine_or_of_the_account(managed, tmp_path, key, scope):
    lay(managed[scope], {key.policy_name: plain(key.example)})
    found = told(tmp_path)
    assert (found[key.name]["source"], found[key.name]["locked"]) == ("policy", True)
    assert "problem" not in found[key.name]


@root_only
def test_the_profile_of_the_machine_wins(managed, tmp_path):
    lay(managed["account"], {"ServerURL": OTHER, "LockAfter": "15"}, form=plistlib.FMT_XML)
    lay(managed["machine"], {"ServerURL": SERVER})
    lay(managed["proposed"], {"LockAfter": "never", "LogLevel": "debug"})
    found = told(tmp_path)
    assert (found["server_url"]["value"], found["lock_after"]["value"]) == (SERVER, "15")
    assert found["log_level"] == {"value": "debug", "source": "machine", "locked": False}


def cut(path):
    path.write_bytes(path.read_bytes()[:-3])


def json_in_its_place(path):
    path.write_text('{"ServerURL": "https://cabinet.example"}')


def a_list(path):
    path.write_bytes(plistlib.dumps([SERVER]))


def empty(path):
    path.write_bytes(b"")


def huge(path):
    path.write_bytes(plistlib.dumps({"ServerURL": "x" * 2 * sources.MAX_BYTES}))


def wrong_owner(path):
    os.chown(path, 65534, 65534)


def wrong_mode(path):
    path.chmod(0o666)


def link(path):
    path.rename(path.with_name("elsewhere.plist"))
    path.symlink_to(path.with_name("elsewhere.plist"))


def fifo(path):
    path.unlink()
    os.mkfifo(path)


INVALID, UNSAFE = "POLICY_FILE_INVALID", "POLICY_FILE_UNSAFE"
BROKEN = {
    cut: INVALID, json_in_its_place: INVALID, a_list: INVALID, empty: INVALID, huge: INVALID,
    wrong_owner: UNSAFE, wrong_mode: UNSAFE, link: UNSAFE, fifo: UNSAFE,
}  # fmt: skip


@root_only
@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("scope", ["machine", "account"])
def test_a_profile_that_cannot_be_known_stops_the_start(managed, tmp_path, fault, scope):
    lay(managed["machine"], {"LockAfter": "15"})
    path = lay(managed[scope], {"ServerURL": SERVER})
    fault(path)
    with pytest.raises(PolicyRefused, match=BROKEN[fault]) as refused:
        settings.load(data_dir=str(tmp_path))
    assert refused.value.data["file"] == str(path)


@root_only
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_value_of_a_profile_that_means_nothing_is_closed_or_stops_the_start(managed, tmp_path, key):
    lay(managed["machine"], {key.policy_name: b"\x00"})
    loaded = settings.load(data_dir=str(tmp_path), is_lenient=True)
    if BY_NAME[key.name].closed is None:
        assert loaded.refusal is not None
    else:
        assert settings.policy(loaded)[key.name]["value"] == plain(key.closed)
