"""Where settings are read: the machine's policy and defaults, each system in its own way, and the person's file.

Nothing on the command line or in the environment relocates the machine's places.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.settings.keys import BY_POLICY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY_FILE = Path("/etc/comptexpert/policies.json")
DEFAULTS_FILE = Path("/etc/comptexpert/defaults.json")
REGISTRY_POLICY = r"SOFTWARE\Policies\Comptexpert\Desktop"
REGISTRY_DEFAULTS = r"SOFTWARE\Comptexpert\Desktop"
PREFERENCES = "fr.comptexpert.desktop.plist"

_OTHERS_MAY_WRITE = 0o022


class Found(NamedTuple):
    """What one source holds, by the JSON names, and what is wrong with the source itself."""

    values: Mapping[str, object]
    place: str = ""
    problem: str = ""


def policy() -> Found:
    """Read what the machine's administrator imposes."""
    if sys.platform == "win32":
        return Found(_registry("HKEY_CURRENT_USER", REGISTRY_POLICY) | _registry("HKEY_LOCAL_MACHINE", REGISTRY_POLICY))
    if sys.platform == "darwin":
        return Found(_property_list(Path("/Library/Managed Preferences") / PREFERENCES))
    return _guarded_file(POLICY_FILE)


def machine_defaults() -> Found:
    """Read what the administrator proposes: a person's own choice is stronger."""
    if sys.platform == "win32":
        return Found(_registry("HKEY_LOCAL_MACHINE", REGISTRY_DEFAULTS))
    if sys.platform == "darwin":
        return Found(_property_list(Path("/Library/Preferences") / PREFERENCES))
    return _guarded_file(DEFAULTS_FILE)


def person(folder: Path) -> Found:
    """Read what the person chose."""
    return Found(_json_file(folder / "settings.json") or {})


def _guarded_file(path: Path) -> Found:
    """Read a file that counts only when root alone may write it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return Found({})
    except OSError:
        return Found({}, str(path), "POLICY_FILE_UNREADABLE")
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)  # of the very file that is read
        if found.st_uid != 0 or found.st_mode & _OTHERS_MAY_WRITE:
            return Found({}, str(path), "POLICY_FILE_UNSAFE")
        values = _object(stream.read())
    return Found({}, str(path), "POLICY_FILE_INVALID") if values is None else Found(values, str(path))


def _json_file(path: Path) -> dict[str, object] | None:
    try:
        return _object(path.read_bytes())
    except OSError:
        return None


def _object(content: bytes) -> dict[str, object] | None:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def json_names(values: Mapping[str, object]) -> dict[str, object]:
    """Give the names of the registry and of profiles their JSON form; an unknown one keeps its own."""
    return {BY_POLICY_NAME[name].name if name in BY_POLICY_NAME else name: value for name, value in values.items()}


def _registry(hive: str, path: str) -> dict[str, object]:
    found: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  (Windows alone has it)

        try:
            with winreg.OpenKey(getattr(winreg, hive), path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                for index in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _kind = winreg.EnumValue(key, index)
                    found[name] = value
        except OSError:
            return {}
    return json_names(found)


def _property_list(path: Path) -> dict[str, object]:
    import plistlib  # noqa: PLC0415  (macOS alone needs it)

    try:
        document = plistlib.loads(path.read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException):
        return {}
    return json_names(document) if isinstance(document, dict) else {}
