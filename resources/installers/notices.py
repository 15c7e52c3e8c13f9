"""Gather the licence of everything that a package carries, and say who we are in each system's words."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from resources.installers import origins
from resources.installers.origins import STARTER, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from resources.installers.origins import Gathered, SystemPackage

SYSTEM_LICENCES = {
    "bzip2": "bzip2-1.0.6",
    "expat": "MIT",
    "libffi": "MIT",
    "mpdecimal": "BSD-2-Clause",
    "openssl": "Apache-2.0",
    "sqlite3": "blessing",
    "util-linux": "BSD-3-Clause",
    "xz-utils": "0BSD",
    "zlib": "Zlib",
}
"""The terms of each library of the build machine that goes into a package, by its source package of Debian."""
_TEXT = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|AUTHORS|LEGAL)", re.IGNORECASE)
_OWN_TEXTS = {"qt-LGPL-3.txt": "LGPL-3.txt", "qt-GPL-3.txt": "GPL-3.txt", "icu-LICENSE.txt": "ICU.txt"}
"""Texts of what Qt brings, which its distribution does not hold."""
_COPYRIGHTS = Path("/usr/share/doc")


def carried(names: Iterable[str]) -> Iterator[metadata.Distribution]:
    """Yield each distribution that a package carries, in the order of names, each once."""
    found = {canonical(one.metadata["Name"]): one for one in metadata.distributions()}
    return (found[name] for name in sorted({*names}))


def licence(one: metadata.Distribution) -> str:
    """Return what a distribution says of its licence, in one line."""
    told = _field(one, "License-Expression")
    if not told:
        classified = [
            value.rsplit(" :: ", 1)[-1]
            for value in one.metadata.get_all("Classifier") or []
            if value.startswith("License ::")
        ]
        told = " / ".join(classified) or _field(one, "License").strip().split("\n")[0]
    return told or "see its files"


def _field(one: metadata.Distribution, name: str) -> str:
    return next(iter(one.metadata.get_all(name) or [""]))


def texts(one: metadata.Distribution) -> list[Path]:
    """Return the files of a distribution that hold its terms."""
    found = (Path(str(one.locate_file(file))) for file in one.files or [] if _is_text(file.parts))
    return sorted(path for path in found if path.is_file())


def _is_text(parts: tuple[str, ...]) -> bool:
    beside_metadata = any(part.endswith(".dist-info") for part in parts[:-1])
    return bool(_TEXT.match(parts[-1])) and not parts[-1].endswith((".py", ".pyc")) and beside_metadata


def write(folder: Path, *, root: Path, version: str, gathered: Gathered) -> Path:
    """Write `licences/` and `metadata/` below a folder made anew; return it."""
    shutil.rmtree(folder, ignore_errors=True)
    kept = folder / "licences"
    kept.mkdir(parents=True)
    lines = ["What this package carries, and under which terms. The texts stand beside this file.", ""]
    for one in carried(gathered.distributions() | origins.installed(STARTER)):
        name = canonical(one.metadata["Name"])
        lines.append(f"{name} {one.version}: {licence(one)}")
        for number, path in enumerate(texts(one)):
            (kept / f"{name}-{number}-{path.name}").write_bytes(path.read_bytes())
    for name, source in _OWN_TEXTS.items():
        shutil.copyfile(root / "resources" / "licences" / source, kept / name)
    lines += [_system_line(one, kept=kept) for one in gathered.system_packages()]
    lines.append(f"python {sys.version.split()[0]}: PSF-2.0")
    python_terms = Path(sysconfig.get_paths()["stdlib"]) / "LICENSE.txt"
    if python_terms.exists():
        shutil.copyfile(python_terms, kept / "python-LICENSE.txt")
    lines += ["", "Qt, PySide6 and Shiboken6: LGPL-3.0-only, unmodified; sources and replacement: the file NOTICE."]
    (kept / "THIRD-PARTY.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    described = folder / "metadata"
    described.mkdir()
    (described / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: comptexpert\nVersion: {version}\nLicense-Expression: Apache-2.0\n",
        encoding="utf-8",
    )
    return folder


def _system_line(package: SystemPackage, *, kept: Path) -> str:
    """Copy the terms of a library of the build machine, and say them in one line."""
    shutil.copyfile(_COPYRIGHTS / package.name / "copyright", kept / f"{package.source}-copyright")
    return f"{package.source} {package.version}: {SYSTEM_LICENCES[package.source]}"


def write_windows_version(file: Path, *, version: str) -> Path:
    """Write the version resource that Windows shows in the properties of a program; return the file."""
    numbers = tuple(int(part) for part in (version.split(".") + ["0"] * 4)[:4])
    strings = {
        "CompanyName": "Comptexpert Desktop contributors",
        "FileDescription": "Comptexpert Desktop",
        "FileVersion": version,
        "InternalName": "comptexpert-desktop",
        "LegalCopyright": "Apache License 2.0",
        "OriginalFilename": "comptexpert-desktop.exe",
        "ProductName": "Comptexpert Desktop",
        "ProductVersion": version,
    }
    listed = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    file.write_text(
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004,"
        " fileType=1, subtype=0, date=(0, 0)), kids=[StringFileInfo([StringTable('040C04B0', ["
        f"{listed}])]), VarFileInfo([VarStruct('Translation', [0x040C, 1200])])])\n",
        encoding="utf-8",
    )
    return file
