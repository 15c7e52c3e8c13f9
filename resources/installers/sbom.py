"""List what the packages carry, as a CycloneDX document: each file below what it comes from, and who needs whom."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from PySide6.QtCore import qVersion

from resources.installers import notices, origins
from resources.installers.origins import OURS, PYTHON, STARTER, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from resources.installers.origins import Gathered

_NAMESPACE = uuid.UUID("6f1c6a53-6f0a-5a43-9a6e-0c6a2f2f5d11")
ICU = "icu"
_ICU = re.compile(r"libicu(?:data|i18n|uc)\.so\.\d+$")
_EXPRESSION = re.compile(r"\(?[A-Za-z0-9][\w.+-]*\)?(?: (?:AND|OR|WITH) \(?[A-Za-z0-9][\w.+-]*\)?)*")
_QT = re.compile(r"(?:lib)?Qt6[A-Z]\w*\.(?:so|dll|dylib)|/Qt/(?:plugins|translations|lib)/|/plugins/|/translations/")
QT_FROM = "pyside6-essentials"
_LIBRARY_OF_PYTHON = "base_library.zip"

Component = dict[str, Any]


def document(frozen: Path, *, gathered: Gathered, version: str, epoch: int) -> dict[str, Any]:
    """Describe a frozen folder; the same folder gives the same document."""
    files = _files(frozen, gathered=gathered)
    components = [*_distributions(gathered), *_systems(gathered), *_qt(frozen), _python(), *_starter()]
    for component in components:
        found = files.pop(component["bom-ref"], [])
        if found:
            component["components"] = found
    ours = files.pop(OURS)
    if files:
        raise LookupError(f"nobody owns {sorted(files)}")
    components.sort(key=lambda one: str(one["bom-ref"]))
    digest = hashlib.sha256(json.dumps([components, ours], sort_keys=True).encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": OURS,
                "name": "comptexpert-desktop",
                "version": version,
                "purl": f"pkg:generic/comptexpert-desktop@{version}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "components": ours,
            },
        },
        "components": components,
        "dependencies": _dependencies(components),
    }


def owner_of(place: str, source: str) -> str:
    """Return the reference of what a file comes from, by its place in the package and where it was taken from."""
    if _ICU.search(place):
        return ICU
    name = origins.distribution_of(source)
    if name == QT_FROM and _QT.search(f"/{place}"):
        return _ref_qt()
    if name:
        return _ref(name)
    if place == _LIBRARY_OF_PYTHON or origins.is_of_python(source):
        return _ref_python()
    package = origins.system_package(source) if origins.is_of_system(source) else None
    return _ref_system(package) if package is not None else OURS


def _files(frozen: Path, *, gathered: Gathered) -> dict[str, list[Component]]:
    found: dict[str, list[Component]] = {}
    for path in sorted(frozen.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        place = path.relative_to(frozen).as_posix()
        package = "comptexpert-rehearsal" if place in gathered.rehearsal else "comptexpert-desktop"
        entry: Component = {
            "type": "file",
            "bom-ref": f"file:{place}",
            "name": place,
            "properties": [{"name": "comptexpert:package", "value": package}],
        }
        if path.is_symlink():
            entry["properties"].append({"name": "comptexpert:link", "value": str(path.readlink())})
        else:
            entry["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]
        real = path.resolve().relative_to(frozen.resolve()).as_posix().removeprefix(f"{origins.INSIDE}/")
        owner = owner_of(real, gathered.files.get(real, ""))
        found.setdefault(owner, []).append(entry)
    return found


def _distributions(gathered: Gathered) -> Iterator[Component]:
    for one in notices.carried(gathered.distributions() - {STARTER}):
        name = canonical(one.metadata["Name"])
        yield {
            "type": "library",
            "bom-ref": _ref(name),
            "name": name,
            "version": one.version,
            "purl": _ref(name),
            "licenses": _licences(notices.licence(one)),
        }


def _systems(gathered: Gathered) -> Iterator[Component]:
    for package in gathered.system_packages():
        reference = _ref_system(package)
        yield {
            "type": "library",
            "bom-ref": reference,
            "name": package.source,
            "version": package.version,
            "purl": reference,
            "licenses": _licences(notices.SYSTEM_LICENCES[package.source]),
        }


def _qt(frozen: Path) -> Iterator[Component]:
    yield {
        "type": "framework", "bom-ref": _ref_qt(), "name": "qt", "version": qVersion(), "purl": _ref_qt(),
        "licenses": [{"license": {"id": "LGPL-3.0-only"}}],
    }  # fmt: skip
    for path in sorted(frozen.rglob("libicuuc.so.*"))[:1]:
        version = icu_version(path)
        yield {
            "type": "library", "bom-ref": ICU, "name": "icu", "version": version, "purl": f"pkg:generic/icu@{version}",
            "licenses": [{"license": {"id": "Unicode-DFS-2016"}}],
        }  # fmt: skip


def icu_version(library: Path) -> str:
    """Read the version that the library holds as text, beside its major number of two digits."""
    major = library.name.rpartition(".")[2]
    found = re.search(rb"\0(" + major.encode() + rb"\.\d{1,2}(?:\.\d{1,2})?)\0", library.read_bytes())
    if found is None:
        raise LookupError(f"{library.name} does not say its version")
    return found[1].decode()


def _python() -> Component:
    return {
        "type": "platform", "bom-ref": _ref_python(), "name": PYTHON, "version": sys.version.split()[0],
        "purl": _ref_python(), "licenses": [{"license": {"id": "PSF-2.0"}}],
    }  # fmt: skip


def _starter() -> Iterator[Component]:
    """Yield what starts a frozen program, and stands inside it."""
    for version in (metadata.version(name) for name in origins.installed(STARTER)):
        yield {
            "type": "library", "bom-ref": STARTER, "name": "pyinstaller-bootloader", "version": version,
            "purl": f"pkg:pypi/pyinstaller@{version}",
            "licenses": [{"expression": "GPL-2.0-or-later WITH Bootloader-exception"}],
        }  # fmt: skip


def _licences(told: str) -> list[Component]:
    """Return what a library says, as an expression where it is one of SPDX."""
    if _EXPRESSION.fullmatch(told):
        return [{"expression": told}]
    return [{"license": {"name": told}}]


def _dependencies(components: list[Component]) -> list[Component]:
    known = {str(one["bom-ref"]) for one in components}
    needs = {reference: set[str]() for reference in known}
    for one in metadata.distributions():
        reference = _ref(canonical(one.metadata["Name"]))
        if reference in known:
            wanted = (Requirement(text) for text in one.requires or [])
            names = {_ref(canonical(each.name)) for each in wanted if each.marker is None or each.marker.evaluate()}
            needs[reference] |= names & known
    if ICU in known:
        needs[_ref_qt()].add(ICU)
    for reference in known:
        if reference.startswith("pkg:deb/"):
            needs[_ref_python()].add(reference)
    for name in (QT_FROM, "pyside6", "shiboken6"):
        if _ref(name) in known:
            needs[_ref(name)].add(_ref_qt())
    listed = [{"ref": reference, "dependsOn": sorted(needs[reference])} for reference in sorted(known)]
    return [{"ref": OURS, "dependsOn": sorted(known)}, *listed]


def _ref(name: str) -> str:
    try:
        return f"pkg:pypi/{name}@{metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"pkg:pypi/{name}"


def _ref_system(package: origins.SystemPackage) -> str:
    return f"pkg:deb/debian/{package.name}@{package.version}?arch={package.architecture}"


def _ref_qt() -> str:
    return f"pkg:generic/qt@{qVersion()}"


def _ref_python() -> str:
    return f"pkg:generic/python@{sys.version.split()[0]}"
