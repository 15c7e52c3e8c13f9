"""The names in a folder outlive a power cut once the folder itself was written to the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it, each named on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Write the names of a folder to the disk; Windows opens no folders, and writes names by itself."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one that may be written and not listed: nobody can ask for more
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
