"""The command that shows where each setting comes from, and what a policy imposes."""

from __future__ import annotations

import getpass
import json
import os

import pytest
from PySide6.QtWidgets import QApplication

from comptexpert_desktop import __main__, settings
from comptexpert_desktop.desktop import window
from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.definitions import BY_NAME, KEYS
from comptexpert_desktop.ui.window.refusal_window import RefusalWindow
from tests.desktop.app.conftest import SERVER
from tests.desktop.ui import walks

ELSEWHERE = {"server_url", "allowed_servers", "data_dir"}
"""What the command line of these tests contradicts."""

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
    assert set(found) == {key.name for key in KEYS}
    assert all(set(one) == {"value", "source", "locked"} for one in found.values())


@root_only
@pytest.mark.parametrize("key", [key for key in KEYS if key.name not in ELSEWHERE], ids=lambda key: key.name)
def test_each_key_is_imposed_shown_and_stronger_than_the_person(key, terminal, machine):
    impose(machine, {key.name: listed(key.example)})
    terminal.folder.mkdir(exist_ok=True)
    (terminal.folder / "settings.json").write_text(json.dumps({key.name: listed(key.default)}))
    code, found = terminal.json("show-policy")
    assert code == 0
    assert found[key.name] == {"value": listed(key.example), "source": "policy", "locked": True}


@root_only
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_value_that_means_nothing_is_told_and_holds_what_is_closed(key, terminal, machine):
    impose(machine, {key.name: {"no": "sense"}})
    terminal.folder.mkdir(exist_ok=True)
    code, found = terminal.json("show-policy")
    assert code == 1
    assert (found[key.name]["source"], found[key.name]["problem"]) == ("policy", "INVALID_INPUT")
    assert f"{key.name}: INVALID_INPUT (policy)" in terminal.errors
    if key.closed is None:
        assert "would not start: POLICY_VALUE_INVALID" in terminal.errors
        assert terminal.run("outbox") == 1
        assert "POLICY_VALUE_INVALID" in terminal.errors
    else:
        assert found[key.name]["value"] == listed(key.closed)
        assert terminal.run("outbox") == 0


@root_only
def test_a_name_that_is_no_setting_is_told(terminal, machine):
    impose(machine, {"colour": "red"})
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["colour"] == {"value": "red", "source": "policy", "locked": False, "problem": "FIELD_UNKNOWN"}


@pytest.mark.parametrize("name", ["policy.json", "Policies.json", "policies.JSON", "default.json"])
def test_a_file_under_almost_the_name_of_a_policy_is_told(terminal, machine, name):
    (machine / name).write_text(json.dumps({"server_url": SERVER}))
    (machine / "policies.json.bak").write_text("{}")
    code, found = terminal.json("show-policy")
    assert code == 1
    told = {"value": None, "source": "policy", "locked": False, "problem": "FIELD_UNKNOWN"}
    assert {place: one for place, one in found.items() if "/" in place} == {str(machine / name): told}
    code, checks = terminal.json("self-check")
    assert {"check": "policy", "ok": False, "detail": f"FIELD_UNKNOWN {machine / name}"} in checks
    assert terminal.run("outbox") == 0


def wrong_mode(path):
    path.chmod(0o664)


def wrong_owner(path):
    os.chown(path, 65534, 65534)


def link(path):
    path.rename(path.with_name("elsewhere.json"))
    path.symlink_to(path.with_name("elsewhere.json"))


def dangling_link(path):
    path.unlink()
    path.symlink_to(path.with_name("nowhere.json"))


def folder(path):
    path.unlink()
    path.mkdir()


def fifo(path):
    path.unlink()
    os.mkfifo(path, 0o644)


def cut(path):
    path.write_bytes(path.read_bytes()[:-3])


def empty(path):
    path.write_bytes(b"")


def a_list(path):
    path.write_text("[]")


def no_text(path):
    path.write_bytes(b"\xff\xfe\xff")


def twice(path):
    path.write_text('{"proxy_mode": "none", "proxy_mode": "system"}')


def deep(path):
    path.write_text("[" * 100_000)


def huge(path):
    path.write_text('{"proxy_user": "' + "x" * 2_000_000 + '"}')


def open_folder(path):
    path.parent.chmod(0o777)


BROKEN = {
    wrong_mode: "POLICY_FILE_UNSAFE",
    wrong_owner: "POLICY_FILE_UNSAFE",
    link: "POLICY_FILE_UNSAFE",
    dangling_link: "POLICY_FILE_UNSAFE",
    folder: "POLICY_FILE_UNSAFE",
    fifo: "POLICY_FILE_UNSAFE",
    open_folder: "POLICY_FILE_UNSAFE",
    cut: "POLICY_FILE_INVALID",
    empty: "POLICY_FILE_INVALID",
    a_list: "POLICY_FILE_INVALID",
    no_text: "POLICY_FILE_INVALID",
    twice: "POLICY_FILE_INVALID",
    deep: "POLICY_FILE_INVALID",
    huge: "POLICY_FILE_INVALID",
}
EVERY_FAULT = pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.__name__)


@root_only
@EVERY_FAULT
def test_a_policy_that_cannot_be_known_stops_every_command_and_is_shown(terminal, machine, fault):
    """What it imposes is unknown, so nothing is opened, sent or kept; those who look are told why."""
    path = impose(machine, {"server_url": SERVER, "saved_credentials": False})
    fault(path)
    for command in (["outbox"], ["sync"], ["search", "x"], ["demo"], ["sign-in"]):
        assert terminal.run(*command) == 1
        assert f"{BROKEN[fault]} {path}" in terminal.errors
    assert terminal.vault.kept == {}
    assert terminal.server.writes == []
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found[str(path)]["problem"] == BROKEN[fault]
    assert f"would not start: {BROKEN[fault]}" in terminal.errors
    code, checks = terminal.json("self-check")
    assert (code, checks) == (1, [{"check": "policy", "ok": False, "detail": f"{BROKEN[fault]} {path}"}])
    assert not (terminal.folder / "signup.db").exists()


def test_a_policy_that_this_account_may_not_read_stops_the_start(terminal, machine, monkeypatch):
    path = impose(machine, {"proxy_mode": "none"})
    real = os.open

    def refusing(name, *arguments, **options):
        if name == path:
            raise PermissionError(13, "Permission denied")
        return real(name, *arguments, **options)

    monkeypatch.setattr(sources.os, "open", refusing)
    assert terminal.run("outbox") == 1
    assert "POLICY_FILE_UNREADABLE" in terminal.errors


@root_only
@EVERY_FAULT
def test_what_a_person_sees_of_it_is_a_window(machine, fault, qtbot, monkeypatch, tmp_path):
    path = impose(machine, {"server_url": SERVER})
    fault(path)
    shown = []
    monkeypatch.setattr(window, "refuse", shown.append)
    assert __main__.main(["--data-dir", str(tmp_path / "data")]) == 1
    refusal = RefusalWindow(shown[0])
    qtbot.addWidget(refusal)
    words = walks.words_of(refusal)
    assert "Comptexpert ne peut pas démarrer" in words
    assert "Prévenez votre service informatique." in words
    assert str(path) in words
    assert not refusal.banner.close_button.isVisibleTo(refusal), "the reason stays"
    assert not (tmp_path / "data").exists()


@root_only
def test_the_window_of_a_refusal_names_whom_to_call(machine, qtbot, monkeypatch, tmp_path):
    impose(machine, {"minimum_version": "999.0", "support_contact": "poste 4242"})
    shown = []
    monkeypatch.setattr(window, "refuse", shown.append)
    assert __main__.main(["--data-dir", str(tmp_path / "data")]) == 1
    refusal = RefusalWindow(shown[0])
    qtbot.addWidget(refusal)
    assert refusal.contact.text() == "Assistance\u00a0: poste 4242"
    assert "Version trop ancienne" in walks.words_of(refusal)
    refusal.copy_button.click()
    assert "999.0" in QApplication.clipboard().text()


@root_only
def test_a_bad_element_never_widens_a_list(terminal, machine):
    impose(machine, {"allowed_servers": [SERVER, "http://[", 3], "proxy_exceptions": ["a.example", "a b", ["*"]]})
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found["allowed_servers"]["value"] == [SERVER]
    assert found["proxy_exceptions"]["value"] == ["a.example"]
    assert terminal.run("outbox") == 0
    impose(machine, {"allowed_servers": ["http://[", 3]})
    assert terminal.run("outbox") == 1
    assert "POLICY_VALUE_INVALID" in terminal.errors


@root_only
def test_two_writings_of_one_server_are_one(terminal, machine):
    impose(machine, {"server_url": "https://cabinet.example:443/", "allowed_servers": ["https://CABINET.example"]})
    assert terminal.run("--server", "https://cabinet.example", "show-policy") == 0
    assert terminal.errors == ""


@root_only
def test_a_folder_that_the_policy_chose_is_where_everything_is(machine, tmp_path, capsys):
    impose(machine, {"data_dir": f"{tmp_path}/of-${{user}}"})
    assert __main__.main(["show-policy", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["data_dir"]
    assert shown == {"value": f"{tmp_path}/of-{getpass.getuser()}", "source": "policy", "locked": True}
    assert __main__.main(["--data-dir", str(tmp_path / "other"), "outbox"]) == 2
    assert "DATA_DIR_LOCKED" in capsys.readouterr().err


@root_only
def test_the_rehearsal_is_refused_where_the_policy_says_so(terminal, machine):
    impose(machine, {"rehearsal": False})
    assert terminal.run("demo") == 1
    assert "REHEARSAL_OFF" in terminal.errors


@root_only
def test_a_key_of_the_machine_is_not_for_the_persons_own_file(terminal, machine):
    terminal.folder.mkdir(exist_ok=True)
    personal = {"snapshot_key": BY_NAME["snapshot_key"].example, "exports": False, "minimum_version": "999"}
    (terminal.folder / "settings.json").write_text(json.dumps(personal))
    code, found = terminal.json("show-policy")
    assert code == 0
    assert {found[name]["source"] for name in personal} == {"built-in"}


def test_check_policy_names_each_fault_and_needs_no_right(terminal, tmp_path):
    path = tmp_path / "candidate.json"
    document = {key.name: listed(key.example) for key in KEYS}
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document).encode())
    assert terminal.run("check-policy", str(path)) == 0
    assert terminal.out == "ok\n"
    path.write_text(json.dumps({"proxy_mode": "tor", "allowed_server": [], "allowed_servers": [SERVER, 3]}))
    code, faults = terminal.json("check-policy", str(path))
    assert code == 1
    assert faults == [
        {"name": "proxy_mode", "code": "INVALID_INPUT"},
        {"name": "allowed_server", "code": "FIELD_UNKNOWN"},
        {"name": "allowed_servers", "code": "INVALID_INPUT"},
    ]
    path.write_text(json.dumps({"server_url": SERVER, "allowed_servers": ["https://other.example"]}))
    assert terminal.json("check-policy", str(path))[1] == [{"name": "server_url", "code": "SERVER_NOT_ALLOWED"}]
    path.write_text("{")
    assert terminal.json("check-policy", str(path)) == (1, [{"name": str(path), "code": "POLICY_FILE_INVALID"}])
    assert terminal.run("check-policy", str(tmp_path / "absent.json")) == 2


def test_a_cut_file_of_choices_is_said_and_never_overwritten(terminal, machine):
    terminal.folder.mkdir(exist_ok=True)
    path = terminal.folder / "settings.json"
    path.write_text('{"proxy_mode": "none", "log_le')
    code, found = terminal.json("show-policy")
    assert code == 1
    assert found[str(path)]["problem"] == "USER_FILE_INVALID"
    code, checks = terminal.json("self-check")
    assert {"check": "policy", "ok": False, "detail": f"USER_FILE_INVALID {path}"} in checks
    assert not settings.keep(terminal.folder, choices={"log_level": "debug"})
    assert path.read_text() == '{"proxy_mode": "none", "log_le'


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
    assert terminal.run("outbox") == 2
    assert "SERVER_NOT_ALLOWED" in terminal.errors
    assert terminal.run("show-policy") == 1
    assert "would not start: SERVER_NOT_ALLOWED" in terminal.errors
    impose(machine, {"allowed_servers": ["https://comptexpert.example", SERVER]})
    assert terminal.run("show-policy") == 0


@root_only
def test_nothing_is_kept_where_the_policy_says_so(terminal, machine, monkeypatch):
    impose(machine, {"saved_credentials": False})
    code, checks = terminal.json("self-check")
    assert {"check": "vault", "ok": False, "detail": "KEYRING_FORBIDDEN"} in checks
    assert code == 1
    assert terminal.vault.kept == {}
