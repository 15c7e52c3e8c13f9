"""Where this program is installed: a folder for each version, and a link that names the one to start next.

    versions/1.1.0+4f0c2a91/    one version, never changed once it is there
    current → versions/…        replaced in one step by whoever installs

A window goes on reading its own folder after an installation: its screens are imported at their first use. Where there
is no such link (a source tree, an unpacked archive), a program is the only version of itself.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import comptexpert_desktop
from comptexpert_desktop import __version__
from comptexpert_desktop.settings import is_older

if TYPE_CHECKING:
    from typing import Self

VERSIONS, CURRENT = "versions", "current"
BUILD = "+"
"""Stands between a version and what tells two builds of it apart."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The folder that this process runs from; it is the same until the process ends."""

    folder: Path
    version: str
    program: tuple[str, ...]
    """The command that started it, below the folder; `{folder}` stands for the folder."""

    @classmethod
    def running(cls) -> Self:
        """Return the installation of this process."""
        if getattr(sys, "frozen", False):
            program = Path(sys.executable).resolve()
            folder = program.parent
            return cls(folder, _version_of(folder), (f"{{folder}}/{program.name}",))
        folder = Path(comptexpert_desktop.__file__).resolve().parents[1]
        if _is_versioned(folder):
            return cls(folder, _version_of(folder), (sys.executable, "{folder}"))
        return cls(folder, __version__, (sys.executable, "-m", "comptexpert_desktop"))

    @property
    def root(self) -> Path | None:
        """Return the folder of the link; None where versions do not stand beside each other."""
        return self.folder.parents[1] if _is_versioned(self.folder) else None

    def next_version(self) -> str:
        """Return the version that the next start runs, this one where nothing says otherwise; reads a link."""
        if self.root is None:
            return self.version
        try:
            target = (self.root / CURRENT).readlink()
        except OSError:  # it is being removed: nothing else can be started
            return self.version
        return _version_of(target)

    def command(self) -> tuple[str, ...]:
        """Return the command that starts the installed version, whichever it is by then."""
        folder = self.folder if self.root is None else self.root / CURRENT
        return tuple(part.replace("{folder}", str(folder)) for part in self.program)


def is_newer(version: str, *, than: str) -> bool:
    """Compare the numbers of two versions; what tells two builds apart has no order."""
    return is_older(shown(than), than=shown(version))


def shown(version: str) -> str:
    """Return what people call a version."""
    return version.partition(BUILD)[0]


def _is_versioned(folder: Path) -> bool:
    return folder.parent.name == VERSIONS and (folder.parents[1] / CURRENT).is_symlink()


def _version_of(folder: Path) -> str:
    return folder.name if folder.parent.name == VERSIONS else __version__
