"""Where each file of a package comes from: our code, a distribution, a package of the build machine, Python itself.

`build.spec` writes what PyInstaller gathered; the list of contents and the licences are made from it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OURS, PYTHON, STARTER = "comptexpert", "python", "pyinstaller"
INSIDE = "_internal"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What PyInstaller gathered: files by their place in the folder, and the modules inside the programs."""

    files: Mapping[str, str]
    """The place below the folder, and the place that it was taken from; empty for what the build made."""
    modules: Mapping[str, str]
    """A module that is packed inside a program, and its source."""
    rehearsal: frozenset[str]
    """The files that only the rehearsal needs."""

    @classmethod
    def read(cls, path: Path) -> Gathered:
        """Read what `build.spec` wrote."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(found["files"], found["modules"], frozenset(found["rehearsal"]))

    def write(self, path: Path) -> None:
        """Write it beside the build."""
        found = {"files": dict(self.files), "modules": dict(self.modules), "rehearsal": sorted(self.rehearsal)}
        path.write_text(json.dumps(found, indent=0, sort_keys=True), encoding="utf-8")

    def system_packages(self) -> list[SystemPackage]:
        """Name each package of the build machine of which a library is inside."""
        outside = (place for place in self.files.values() if place and not distribution_of(place))
        found = {system_package(place) for place in outside if not is_of_python(place) and is_of_system(place)}
        return sorted((one for one in found if one is not None), key=lambda one: one.source)

    def distributions(self) -> set[str]:
        """Name each distribution of which something is inside."""
        places = {*self.files.values(), *self.modules.values()}
        return {name for name in map(distribution_of, places) if name}


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A package of the build machine, whose library goes into ours."""

    name: str
    version: str
    source: str
    architecture: str


def canonical(name: str) -> str:
    """Return a distribution's name in the one form that indexes use."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name: str) -> set[str]:
    """Return the name where the distribution is installed here, and nothing elsewhere."""
    return {name} & {canonical(one.metadata["Name"]) for one in metadata.distributions()}


@cache
def _owners() -> dict[str, str]:
    """Return each file of each installed distribution, and whose it is."""
    found = {}
    for one in metadata.distributions():
        for file in one.files or []:
            found[str(Path(str(one.locate_file(file))).resolve())] = canonical(one.metadata["Name"])
    return found


def distribution_of(place: str) -> str:
    """Return the distribution that a file belongs to; empty when it is none's."""
    return _owners().get(str(Path(place).resolve()), "") if place else ""


def is_of_python(place: str) -> bool:
    """Tell whether a file belongs to the interpreter."""
    base = Path(sys.base_prefix).resolve()
    return bool(place) and Path(place).resolve().is_relative_to(base) and base != Path("/usr")


def is_of_system(place: str) -> bool:
    """Tell whether a file stands where the system keeps its libraries."""
    return place.startswith(("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"))


@cache
def system_package(place: str) -> SystemPackage | None:
    """Return the Debian package that a file of the build machine belongs to."""
    for candidate in _names_of(Path(place)):
        done = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True, check=False)  # noqa: S603, S607 - of the system
        if done.returncode == 0:
            owner = done.stdout.splitlines()[0].split(": ")[0].split(",")[0]
            shown = "${binary:Package}\t${Version}\t${source:Package}\t${Architecture}"
            told = subprocess.run(  # noqa: S603 - our own words
                ["dpkg-query", "-W", f"-f={shown}", owner],  # noqa: S607 - of the system
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split("\t")
            return SystemPackage(told[0].split(":")[0], told[1], told[2], told[3])
    return None


def _names_of(path: Path) -> Iterable[str]:
    """Name a file as packages may: with its links followed, and with or without /usr."""
    for one in (path, path.resolve()):
        yield str(one)
        yield str(one).removeprefix("/usr") if str(one).startswith("/usr/") else f"/usr{one}"
