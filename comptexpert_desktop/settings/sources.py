"""Where settings are read: the machine's policy and defaults, each system in its own way, and the person's file.

Nothing on the command line or in the environment relocates the machine's places.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers.expat import ExpatError

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import private_files, text_files
from comptexpert_desktop.settings.definitions import BY_POLICY_NAME

if sys.platform != "win32":
    import pwd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

POLICY_FILE = Path("/etc/comptexpert/policies.json")
DEFAULTS_FILE = Path("/etc/comptexpert/defaults.json")
REGISTRY_POLICY = r"SOFTWARE\Policies\Comptexpert\Desktop"
REGISTRY_DEFAULTS = r"SOFTWARE\Comptexpert\Desktop"
PREFERENCES = "fr.comptexpert.desktop.plist"
MANAGED_FOLDER = Path("/Library/Managed Preferences")
PREFERENCES_FOLDER = Path("/Library/Preferences")
USER_FILE = "settings.json"

UNREADABLE, UNSAFE, INVALID = "POLICY_FILE_UNREADABLE", "POLICY_FILE_UNSAFE", "POLICY_FILE_INVALID"
USER_INVALID = "USER_FILE_INVALID"
MAX_BYTES = 1024 * 1024

FORMER_FILES = {"lock.ini": "lock_after", "appearance.ini": "colour_scheme"}
"""Files of earlier versions, and the setting that each held."""

_WITHOUT_FILES = ("win32", "darwin")
_OTHERS_MAY_WRITE = 0o022
_SAID_TWICE = None
"""What means nothing to any setting."""
_CLOSE = getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A FIFO in the place of a file is opened and refused; without this, opening it waits for ever."""


class Found(NamedTuple):
    """What one source holds, by the JSON names, and what is wrong with the source itself."""

    values: Mapping[str, object]
    place: str = ""
    problem: str = ""
    """A file that is there and cannot be used: what it would have imposed is unknown."""


def policy() -> Found:
    """Read what the machine's administrator imposes; what is imposed on the machine wins over what is on an account."""
    if sys.platform == "win32":
        found = _both(_registry("HKEY_CURRENT_USER", REGISTRY_POLICY), _registry("HKEY_LOCAL_MACHINE", REGISTRY_POLICY))
    elif sys.platform == "darwin":
        account = pwd.getpwuid(os.getuid()).pw_name  # never a variable, which the person sets
        found = _both(
            _guarded_file(MANAGED_FOLDER / account / PREFERENCES, parse=_property_list),
            _guarded_file(MANAGED_FOLDER / PREFERENCES, parse=_property_list),
        )
    else:
        found = _guarded_file(POLICY_FILE, parse=_object)
    return found


def machine_defaults() -> Found:
    """Read what the administrator proposes: a person's own choice is stronger."""
    if sys.platform == "win32":
        found = _registry("HKEY_LOCAL_MACHINE", REGISTRY_DEFAULTS)
    elif sys.platform == "darwin":
        found = _guarded_file(PREFERENCES_FOLDER / PREFERENCES, parse=_property_list)
    else:
        found = _guarded_file(DEFAULTS_FILE, parse=_object)
    return found


def person(folder: Path) -> Found:
    """Read what the person chose; raises StoreError for a folder or a file of somebody else."""
    private_files.check_folder(folder)
    path = folder / USER_FILE
    values: dict[str, object] | None = {}
    try:
        values = _object(private_files.read_bytes(path, max_bytes=MAX_BYTES))
    except (FileNotFoundError, NotADirectoryError):  # whoever uses the folder next says what is wrong with it
        pass
    except OSError:
        values = None
    if values is None:
        return Found({}, str(path), USER_INVALID)
    return Found(_former_choices(folder) | values, str(path))


def _former_choices(folder: Path) -> dict[str, object]:
    """Read the files in which earlier versions kept a choice each; they go once a choice is written."""
    found: dict[str, object] = {}
    for file, name in FORMER_FILES.items():
        try:
            text = private_files.read_bytes(folder / file, max_bytes=MAX_BYTES).decode("utf-8")
        except (OSError, StoreError, ValueError):
            continue
        if written := re.search(r"^(?:minutes|scheme)=(\w+)$", text, re.MULTILINE):
            found[name] = "never" if written[1] == "0" else written[1]
    return found


def candidate(path: Path) -> Found:
    """Read a policy before it is put in place, whoever owns the file; raises OSError."""
    with path.open("rb") as stream:
        values = _object(stream.read(MAX_BYTES + 1))
    return Found({}, str(path), INVALID) if values is None else Found(values, str(path))


def _guarded_file(path: Path, *, parse: Callable[[bytes], dict[str, object] | None]) -> Found:
    """Read a file that counts only when root alone may write it, and every folder on the way to it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _CLOSE | _NO_LINK | _NO_WAIT)
    except FileNotFoundError:
        return Found({}, str(path), UNSAFE) if _may_be_emptied(path.parent) else Found({})
    except OSError as error:
        return Found({}, str(path), UNSAFE if error.errno == errno.ELOOP else UNREADABLE)
    try:
        found = os.fstat(descriptor)  # of the very file that is read
        if not stat.S_ISREG(found.st_mode) or not _is_of_root_alone(found) or not _are_safe(path.parent):
            return Found({}, str(path), UNSAFE)
        content = os.read(descriptor, MAX_BYTES + 1)
    except OSError:
        return Found({}, str(path), UNREADABLE)
    finally:
        os.close(descriptor)
    values = parse(content) if len(content) <= MAX_BYTES else None
    return Found({}, str(path), INVALID) if values is None else Found(values, str(path))


def _may_be_emptied(folder: Path) -> bool:
    """Tell whether anybody may take files out of a folder: that one is not there means nothing."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & _OTHERS_MAY_WRITE) and not mode & stat.S_ISVTX


def misnamed_files() -> tuple[Path, ...]:
    """List what lies beside the machine's files and nothing reads: a policy under almost its name imposes nothing."""
    if sys.platform in _WITHOUT_FILES:
        return ()
    try:
        beside = sorted(POLICY_FILE.parent.iterdir())
    except OSError:
        return ()
    return tuple(
        path
        for path in beside
        if path.suffix.casefold() == ".json" and path.name not in {POLICY_FILE.name, DEFAULTS_FILE.name}
    )


def _is_of_root_alone(found: os.stat_result) -> bool:
    return found.st_uid == 0 and not found.st_mode & _OTHERS_MAY_WRITE


def _are_safe(folder: Path) -> bool:
    """Tell whether nobody but root can put another file in the place of one below; a sticky folder keeps its files."""
    real = folder.resolve(strict=True)
    for one in (real, *real.parents):
        found = one.stat()
        if not _is_of_root_alone(found) and not (found.st_uid == 0 and found.st_mode & stat.S_ISVTX):
            return False
    return True


def _object(content: bytes) -> dict[str, object] | None:
    """Read a JSON object, each of its names once; None when it is not one."""
    if len(content) > MAX_BYTES:
        return None
    try:
        document = json.loads(text_files.decode(content), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name stands twice")
    return document


def json_names(values: Mapping[str, object]) -> dict[str, object]:
    """Give the names of the registry and of profiles their JSON form; an unknown one keeps its own."""
    return {BY_POLICY_NAME[name].name if name in BY_POLICY_NAME else name: value for name, value in values.items()}


def _both(weaker: Found, stronger: Found) -> Found:
    broken = next((one for one in (stronger, weaker) if one.problem), None)
    return broken or Found({**weaker.values, **stronger.values}, stronger.place or weaker.place)


def _registry(hive: str, path: str) -> Found:
    """Read a key of the registry: its values, and each key below it as the list that some consoles write."""
    place = f"{hive}\\{path}"
    found: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415  (Windows alone has it)

        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            with winreg.OpenKey(getattr(winreg, hive), path, 0, access) as key:
                keys, values, _changed = winreg.QueryInfoKey(key)
                for index in range(values):
                    name, value, _kind = winreg.EnumValue(key, index)
                    found[name] = value
                for index in range(keys):
                    name = winreg.EnumKey(key, index)
                    with winreg.OpenKey(key, name, 0, access) as below:
                        listed = [winreg.EnumValue(below, rank)[:2] for rank in range(winreg.QueryInfoKey(below)[1])]
                    found[name] = _SAID_TWICE if _stands_in(found, name) else [value for _, value in sorted(listed)]
        except FileNotFoundError:
            return Found({})
        except OSError:
            return Found({}, place, UNREADABLE)
    return Found(json_names({_as_declared(name): value for name, value in found.items()}), place)


def _stands_in(found: Mapping[str, object], name: str) -> bool:
    return name.casefold() in {one.casefold() for one in found}


def _as_declared(name: str) -> str:
    """Return a name of the registry as we write it: to Windows, and to whoever entered it, capitals are the same."""
    return next((one for one in BY_POLICY_NAME if one.casefold() == name.casefold()), name)


def _property_list(content: bytes) -> dict[str, object] | None:
    """Read a property list; None when it is not one, or no set of names."""
    import plistlib  # noqa: PLC0415  (macOS alone needs it)

    try:
        document = plistlib.loads(content)
    except (ValueError, LookupError, OverflowError, RecursionError, ExpatError):
        return None
    return json_names(document) if isinstance(document, dict) else None
