"""List what a package carries, as a CycloneDX document: our code, each distribution, each native library."""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from resources.installers.notices import canonical, carried, licence

if TYPE_CHECKING:
    from pathlib import Path

_NAMESPACE = uuid.UUID("6f1c6a53-6f0a-5a43-9a6e-0c6a2f2f5d11")


def document(frozen: Path, *, version: str, epoch: int) -> dict[str, Any]:
    """Describe a frozen folder; the same folder gives the same document."""
    components = [*_distributions(), _python(), *_libraries(frozen)]
    digest = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
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
                "bom-ref": "comptexpert-desktop",
                "name": "comptexpert-desktop",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
    }


def _distributions() -> list[dict[str, Any]]:
    found = []
    for one in carried():
        name = canonical(one.metadata["Name"])
        purl = f"pkg:pypi/{name}@{one.version}"
        found.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": one.version,
                "purl": purl,
                "licenses": [{"license": {"name": licence(one)}}],
            }
        )
    return found


def _python() -> dict[str, Any]:
    version = sys.version.split()[0]
    purl = f"pkg:generic/python@{version}"
    terms = [{"license": {"id": "PSF-2.0"}}]
    return {
        "type": "platform", "bom-ref": purl, "name": "python", "version": version, "purl": purl, "licenses": terms,
    }  # fmt: skip


def _libraries(frozen: Path) -> list[dict[str, Any]]:
    files = (path for path in frozen.rglob("*") if path.is_file() and not path.is_symlink())
    native = sorted(path for path in files if ".so" in path.name or path.suffix in {".dll", ".dylib", ".pyd"})
    return [
        {
            "type": "file",
            "bom-ref": f"file:{path.relative_to(frozen).as_posix()}",
            "name": path.relative_to(frozen).as_posix(),
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
        }
        for path in native
    ]
