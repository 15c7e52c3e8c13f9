"""Sign what was made, and lay the packages out as a repository that apt reads, with its index and `InRelease`."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUITE, COMPONENT = "stable", "main"
LABEL = "Comptexpert"


def sign_sums(sums: Path, *, key: str) -> Path:
    """Write a detached signature beside the sums, by a key of the caller's GnuPG; return it."""
    signature = sums.with_name(f"{sums.name}.asc")
    _gpg("--armor", "--detach-sign", "--output", signature, sums, key=key)
    return signature


def lay_out(folder: Path, packages: list[Path], *, epoch: int, key: str) -> Path:
    """Write a repository of these packages below a folder made anew, signed when there is a key; return it."""
    shutil.rmtree(folder, ignore_errors=True)
    pool = folder / "pool" / COMPONENT
    pool.mkdir(parents=True)
    for package in packages:
        shutil.copyfile(package, pool / package.name)
    dist = folder / "dists" / SUITE
    architectures = sorted({package.stem.rsplit("_", 1)[1] for package in packages})
    for architecture in architectures:
        index = dist / COMPONENT / f"binary-{architecture}"
        index.mkdir(parents=True)
        text = _printed(folder, "dpkg-scanpackages", "--multiversion", "--arch", architecture, "pool")
        (index / "Packages").write_text(text, encoding="utf-8")
        (index / "Packages.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    (dist / "Release").write_text(_release(dist, architectures=architectures, epoch=epoch), encoding="utf-8")
    if key:
        _gpg("--clearsign", "--output", dist / "InRelease", dist / "Release", key=key)
        _gpg("--armor", "--detach-sign", "--output", dist / "Release.gpg", dist / "Release", key=key)
    return folder


def _release(dist: Path, *, architectures: list[str], epoch: int) -> str:
    lines = [
        f"Origin: {LABEL}",
        f"Label: {LABEL}",
        f"Suite: {SUITE}",
        f"Codename: {SUITE}",
        f"Date: {datetime.fromtimestamp(epoch, UTC):%a, %d %b %Y %H:%M:%S} UTC",
        f"Architectures: {' '.join(architectures)}",
        f"Components: {COMPONENT}",
        "SHA256:",
    ]
    for path in sorted(dist.rglob("Packages*")):
        content = path.read_bytes()
        lines.append(f" {hashlib.sha256(content).hexdigest()} {len(content)} {path.relative_to(dist).as_posix()}")
    return "\n".join([*lines, ""])


def _printed(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words


def _gpg(*arguments: str | Path, key: str) -> None:
    command = ["gpg", "--batch", "--yes", "--quiet", "--local-user", key, *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
