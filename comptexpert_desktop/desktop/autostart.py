"""Start when the session starts, or no longer: an entry of ours, in each system's own place."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop import settings as settings_room
from comptexpert_desktop.desktop.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.settings import Settings

IDENTIFIER = "fr.comptexpert.desktop"
OPTION = "--at-sign-in"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
RUN_NAME = "Comptexpert"
_MARK = "X-Comptexpert-Written=true"
"""An entry without it was made by somebody else, and stays."""


def follow(*, is_on: bool, settings: Settings) -> bool:
    """Make the entry as wanted; tell whether it had to be changed. A place that cannot be written changes nothing."""
    command = (*program(), OPTION, *kept_options(settings))
    try:
        return _followed(command, is_on=is_on)
    except OSError:
        return False


def _followed(command: Sequence[str], *, is_on: bool) -> bool:
    """Make or take away this system's entry; raises OSError."""
    if sys.platform == "win32":
        is_changed = _follow_registry(_quoted(command) if is_on else None)
    elif sys.platform == "darwin":
        path = agent_file(Path.home())
        is_changed = write(path, agent(command)) if is_on else remove(path)
    else:
        path = entry_file(os.environ)
        is_changed = write(path, entry(command)) if is_on else remove(path)
    return is_changed


def program() -> tuple[str, ...]:
    """Return the command that starts the program, of whichever version is installed by then."""
    return Installation.running().command()


def kept_options(settings: Settings) -> tuple[str, ...]:
    """Return the options that make another start the same as this one, apart from what files say."""
    found: list[str] = []
    if settings.server_source == "argument":
        found += ["--server", settings.server_url]
    if settings.data_dir != settings_room.default_data_dir():
        found += ["--data-dir", str(settings.data_dir)]
    return tuple(found)


def entry_file(environment: Mapping[str, str]) -> Path:
    """Return the file of the XDG autostart specification."""
    config_home = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(config_home) if Path(config_home).is_absolute() else Path.home() / ".config"
    return folder / "autostart" / f"{IDENTIFIER}.desktop"


def entry(command: Sequence[str]) -> bytes:
    """Write the autostart entry of a Linux desktop."""
    words = " ".join(_desktop_word(word) for word in command)
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Name=Comptexpert",
        f"Exec={words}",
        f"TryExec={command[0]}",  # a program that was removed is not looked for
        f"Icon={IDENTIFIER}",
        "Terminal=false",
        "X-GNOME-Autostart-enabled=true",
        _MARK,
        "",
    ]
    return "\n".join(lines).encode()


def agent_file(home: Path) -> Path:
    """Return the file of the launch agent of macOS."""
    return home / "Library" / "LaunchAgents" / f"{IDENTIFIER}.plist"


def agent(command: Sequence[str]) -> bytes:
    """Write the launch agent of macOS."""
    return plistlib.dumps({"Label": IDENTIFIER, "ProgramArguments": list(command), "RunAtLoad": True})


def write(path: Path, content: bytes) -> bool:
    """Write the entry unless it says this already."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def remove(path: Path) -> bool:
    """Take the entry away if it is ours."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    if _MARK.encode() not in content and path.suffix == ".desktop":
        return False
    path.unlink()
    return True


def _desktop_word(word: str) -> str:
    """Quote a word as the desktop entry specification says: its own escapes below those of the value."""
    escaped = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%") + '"'


if sys.platform == "win32":
    import subprocess
    import winreg

    def _quoted(command: Sequence[str]) -> str:
        return subprocess.list2cmdline(command)

    def _follow_registry(command: str | None) -> bool:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
            try:
                found = winreg.QueryValueEx(key, RUN_NAME)[0]
            except FileNotFoundError:
                found = None
            if found == command:
                return False
            if command is None:
                winreg.DeleteValue(key, RUN_NAME)
            else:
                winreg.SetValueEx(key, RUN_NAME, 0, winreg.REG_SZ, command)
            return True
