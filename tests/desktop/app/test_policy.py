"""The command that shows where each setting comes from, and what a policy imposes."""

from __future__ import annotations

import json
import os

import pytest

from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.keys import KEYS
from tests.desktop.app.conftest import SERVER

root_only = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can write a policy")


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """A machine of its own: a folder in the place of /etc/comptexpert."""
    monkeypatch.setattr(sources, "POLICY_FILE", tmp_path / "etc" / "policies.json")
    monkeypatch.setattr(sources, "DEFAULTS_FILE", tmp_path / "etc" / "defaults.json")
    (tmp_path / "etc").mkdir()
    return tmp_path / "etc"


def impose(machine, document):
    path = machine / "policies.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    path.chmod(0o644)
    return path


def listed(value):
    return list(value) if isinstance(value, tuple) else value


def test_the_policy_tells_where_each_setting_comes_from(terminal):
    code, found = terminal.json("show-policy")
    assert code == 0
    assert found["server_url"] == {"value": SERVER, "source": "argument", "locked": False}
    assert found["data_dir"] == {"value": str(terminal.folder), "source": "argument", "locked": False}
    assert set(found) == {key.name for key in KEYS} | {"data_dir"}
    assert all(set(one) == {"value", "source", "locked"} for one in found.values())


@root_only
@pytest.mark.parametrize("key", [key for key in KEYS if "server" not in key.name], ids=lambda key: key.name)
def test_each_key_is_imposed_shown_and_stronger_than_the_person(key, terminal, machine):
    impose(machine, {key.name: listed(key.example)})
    terminal.folder.mkdir(exist_ok=True)
    (terminal.folder / "settings.json").write_text(json.dumps({key.name: listed(key.default)}))
    code, found = terminal.json("show-policy")
    assert code == 0
    assert found[key.name] == {"value": listed(key.example), "source": "policy", "locked": True}


@root_only
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_value_that_means_nothing_is_told_and_locks_what_is_built_in(key, terminal, machine):
    impose(machine, {key.name: {"no": "sense"}, "allowed_servers": {"no": "sense"}})
    terminal.folder.mkdir(exist_ok=True)
    code = terminal.run("--server", key.default if key.name == "server_url" else SERVER, "show-policy", "--json")
    found = json.loads(terminal.out)
    assert code == 1
    shown = {"value": listed(key.default), "source": "policy", "locked": True, "problem": "INVALID_INPUT"}
    assert found[key.name] == shown
    assert f"{key.name}: INVALID_INPUT (policy)" in terminal.errors


@root_only
def test_a_name_that_is_no_setting_is_told(terminal, machine):
    impose(machine, {"colour": "red"})
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["colour"] == {"value": "red", "source": "policy", "locked": False, "problem": "FIELD_UNKNOWN"}


@root_only
@pytest.mark.parametrize("mode", [0o666, 0o664, 0o646])
def test_a_policy_that_others_may_write_is_refused_and_told(terminal, machine, mode):
    path = impose(machine, {"proxy_mode": "none"})
    path.chmod(mode)
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["proxy_mode"]["source"] == "built-in"
    assert found[str(path)]["problem"] == "POLICY_FILE_UNSAFE"


@root_only
def test_a_policy_of_another_owner_is_refused_and_told(terminal, machine):
    path = impose(machine, {"proxy_mode": "none"})
    os.chown(path, 65534, 65534)
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["proxy_mode"]["source"] == "built-in"
    assert found[str(path)]["problem"] == "POLICY_FILE_UNSAFE"


@root_only
def test_a_policy_that_is_a_link_is_refused(terminal, machine, tmp_path):
    (tmp_path / "elsewhere.json").write_text('{"proxy_mode": "none"}')
    (machine / "policies.json").symlink_to(tmp_path / "elsewhere.json")
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["proxy_mode"]["source"] == "built-in"


@root_only
@pytest.mark.parametrize("content", ["", "{", "[]", "\\xff"])
def test_a_policy_that_is_no_document_is_told(terminal, machine, content):
    path = impose(machine, content)
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found[str(path)]["problem"] == "POLICY_FILE_INVALID"


@root_only
def test_the_machines_defaults_are_weaker_than_the_persons_choice(terminal, machine):
    defaults = machine / "defaults.json"
    defaults.write_text('{"proxy_mode": "none"}')
    defaults.chmod(0o644)
    assert terminal.json("show-policy")[1]["proxy_mode"]["source"] == "machine"
    terminal.folder.mkdir(exist_ok=True)
    (terminal.folder / "settings.json").write_text('{"proxy_mode": "system"}')
    assert terminal.json("show-policy")[1]["proxy_mode"] == {"value": "system", "source": "user", "locked": False}


@root_only
def test_a_server_that_is_not_among_the_allowed_ones_is_refused(terminal, machine):
    impose(machine, {"allowed_servers": ["https://comptexpert.example"]})
    assert terminal.run("show-policy") == 2
    assert "SERVER_NOT_ALLOWED" in terminal.errors
    impose(machine, {"allowed_servers": ["https://comptexpert.example", SERVER]})
    assert terminal.run("show-policy") == 0


@root_only
def test_nothing_is_kept_where_the_policy_says_so(terminal, machine, monkeypatch):
    impose(machine, {"saved_credentials": False})
    code, checks = terminal.json("self-check")
    assert {"check": "vault", "ok": False, "detail": "KEYRING_FORBIDDEN"} in checks
    assert code == 1
    assert terminal.vault.kept == {}
