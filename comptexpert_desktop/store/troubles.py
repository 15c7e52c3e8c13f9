"""What happened to the files of this machine and must be said: written in `signup.db` until somebody has read it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.file_trouble import LOST, SALVAGED, UNREADABLE, FileTrouble

if TYPE_CHECKING:
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.salvage import Salvage

_PREFIX = "trouble/"


def note_salvage(device: PrivateFile, saved: Salvage) -> None:
    """Note what was saved from a damaged file; where nothing could be read, nobody can count what is lost."""
    code = UNREADABLE if saved.is_unreadable else SALVAGED
    _note(device, FileTrouble(code, saved.file, saved.aside, saved.kept, saved.lost))


def note_lost(device: PrivateFile, *, name: str) -> None:
    """Note that a file was empty although the vault holds its key: it is not new, it is lost."""
    if not device.meta(f"{_PREFIX}{name}"):
        _note(device, FileTrouble(LOST, name))


def every(device: PrivateFile) -> tuple[FileTrouble, ...]:
    """Read what must be said, by file."""
    rows = device.database.rows(
        "SELECT value FROM meta WHERE name GLOB :names AND value <> '' ORDER BY name", {"names": f"{_PREFIX}*"}
    )
    return tuple(FileTrouble(**json.loads(row["value"])) for row in rows)


def delete(device: PrivateFile, *, name: str = "*") -> None:
    """Say no more of a file, or of all."""
    device.database.execute("DELETE FROM meta WHERE name GLOB :names", {"names": f"{_PREFIX}{name}"})


def _note(device: PrivateFile, trouble: FileTrouble) -> None:
    device.set_meta(f"{_PREFIX}{trouble.file}", json.dumps(asdict(trouble)))
