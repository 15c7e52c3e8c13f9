"""Starting with the session: an entry of ours in each system's own place, and nobody else's touched."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from comptexpert_desktop.desktop import autostart
from comptexpert_desktop.settings import Settings, default_data_dir

SERVER = "https://comptexpert.example"


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "autostart" / "fr.comptexpert.desktop.desktop"


@pytest.fixture
def settings():
    return Settings(server_url=SERVER, data_dir=default_data_dir())


def test_the_entry_comes_and_goes_with_the_setting(config, settings):
    assert autostart.follow(is_on=True, settings=settings)
    lines = config.read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert "Type=Application" in lines
    assert f"TryExec={sys.executable}" in lines
    assert any(line.startswith("Exec=") and line.endswith('"--at-sign-in"') for line in lines)
    assert not autostart.follow(is_on=True, settings=settings)
    assert autostart.follow(is_on=False, settings=settings)
    assert not config.exists()
    assert not autostart.follow(is_on=False, settings=settings)


def test_an_entry_that_somebody_else_made_stays(config, settings):
    config.parent.mkdir(parents=True)
    config.write_text("[Desktop Entry]\nType=Application\nExec=something\n")
    assert not autostart.follow(is_on=False, settings=settings)
    assert config.exists()


def test_a_place_that_cannot_be_written_changes_nothing(config, settings):
    config.parent.parent.mkdir(parents=True, exist_ok=True)
    config.parent.write_text("a file where the folder should be")
    assert not autostart.follow(is_on=True, settings=settings)


def test_the_next_start_uses_the_same_server_and_folder(tmp_path):
    usual = Settings(server_url=SERVER, data_dir=default_data_dir())
    assert autostart.kept_options(usual) == ()
    other = Settings(server_url=SERVER, data_dir=tmp_path, server_source="argument")
    assert autostart.kept_options(other) == ("--server", SERVER, "--data-dir", str(tmp_path))


def test_a_frozen_program_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert autostart.program() == (str(Path(sys.executable).resolve()),)
    monkeypatch.delattr(sys, "frozen")
    assert autostart.program()[1:] == ("-m", "comptexpert_desktop")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
@pytest.mark.parametrize("word", ["/opt/a b/c", 'a"b', "a$b`c", "50%", "a\\b"])
def test_words_are_quoted_as_desktop_entries_ask(word):
    line = next(line for line in autostart.entry([word]).decode().splitlines() if line.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")  # the value's own escapes, the codes
    told = subprocess.run(["/bin/sh", "-c", f"printf %s {value}"], capture_output=True, text=True, check=True)
    assert told.stdout == word  # between double quotes, a shell reads the same


def test_macos_gets_a_launch_agent(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert autostart.follow(is_on=True, settings=settings)
    file = tmp_path / "Library" / "LaunchAgents" / "fr.comptexpert.desktop.plist"
    told = plistlib.loads(file.read_bytes())
    assert told["RunAtLoad"] is True
    assert told["ProgramArguments"][-1] == "--at-sign-in"
    assert autostart.follow(is_on=False, settings=settings)
    assert not file.exists()
