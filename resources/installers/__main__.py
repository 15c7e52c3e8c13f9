"""Freeze the application and pack it: `python -m resources.installers --output DIR`, in the packaging environment.

On Linux: a `.deb`, a `tar.xz`, the CycloneDX list of what they carry and the SHA-256 of each file. On Windows and
macOS: the frozen folder, which the installers of `windows/` and `macos/` take.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from comptexpert_desktop import __version__
from resources.installers import debian, manifest, repository, sbom
from resources.installers.origins import Gathered

ROOT = Path(__file__).resolve().parents[2]
NAME = "comptexpert-desktop"


def main() -> int:
    """Read the options and make everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="DIR")
    parser.add_argument("--work", type=Path, default=ROOT / "build", metavar="DIR")
    parser.add_argument(
        "--sign-with", default="", metavar="KEY", help="a key of GnuPG: signs the sums and the repository"
    )
    manifest.add_commands(parser.add_subparsers(dest="command", metavar="COMMAND"))
    asked = parser.parse_args()
    if asked.command == "key":
        manifest.make_key(asked.private, public=asked.public)
        return 0
    if asked.command == "manifest":
        day = asked.released_on or datetime.now(UTC).date()
        signed = manifest.sign(asked.key, version=asked.version, released_on=day, url=asked.url, notes=asked.notes)
        sys.stdout.write(signed)
        return 0
    make(asked.output.absolute(), work=asked.work.absolute(), key=asked.sign_with)
    return 0


def make(output: Path, *, work: Path, key: str = "") -> None:
    """Freeze the application and make every package of this system; with a key of GnuPG, sign what was made."""
    epoch = source_date()
    frozen = freeze(work, epoch=epoch)
    gathered = Gathered.read(work / "pyinstaller" / "build" / "gathered.json")
    output.mkdir(parents=True, exist_ok=True)
    made = [listed(output, frozen=frozen, gathered=gathered, epoch=epoch)]
    if sys.platform == "linux":
        made.append(archive(output, frozen=frozen, epoch=epoch))
        packages = debian.build(
            output,
            frozen=frozen,
            gathered=gathered,
            icons=work / "pyinstaller" / "build" / "icons",
            staging=work / "debian",
            version=__version__,
            epoch=epoch,
        )
        repository.lay_out(output / "apt", packages, epoch=epoch, key=key)
        made += packages
    else:
        for made_here in (frozen, frozen.with_name("Comptexpert.app")):
            if made_here.exists():
                shutil.copytree(made_here, output / made_here.name, symlinks=True, dirs_exist_ok=True)
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(made))
    (output / "SHA256SUMS").write_text(sums, encoding="utf-8")
    if key:
        repository.sign_sums(output / "SHA256SUMS", key=key)
    for path in made:
        sys.stdout.write(f"{path} {path.stat().st_size / 1e6:.1f} MB\n")


def source_date() -> int:
    """Return the date that everything made bears: the one given, or that of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    git = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(git, capture_output=True, text=True, check=True).stdout)  # noqa: S603 - our own words


def freeze(work: Path, *, epoch: int) -> Path:
    """Run PyInstaller; return the folder that it makes, stripped."""
    places = ["--distpath", str(work / "frozen"), "--workpath", str(work / "pyinstaller")]
    subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "PyInstaller", str(ROOT / "build.spec"), "--noconfirm", "--log-level", "ERROR", *places],
        cwd=ROOT,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "1"},
        check=True,
    )
    frozen = work / "frozen" / NAME
    if sys.platform == "linux":
        strip(frozen / "_internal")
    for path in frozen.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.parent == frozen
            path.chmod(0o755 if runs else 0o644)
    return frozen


def strip(folder: Path) -> None:
    """Drop the debugging symbols of Python's own library and modules; those of the wheels carry none."""
    libraries = [*folder.glob("libpython*.so*"), *folder.glob("python3*/lib-dynload/*.so")]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)  # noqa: S603, S607 - of the system


def listed(output: Path, *, frozen: Path, gathered: Gathered, epoch: int) -> Path:
    """Write the list of what the packages carry."""
    path = output / f"{NAME}-{__version__}.cdx.json"
    found = sbom.document(frozen, gathered=gathered, version=__version__, epoch=epoch)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def archive(output: Path, *, frozen: Path, epoch: int) -> Path:
    """Pack the folder as a tar.xz whose bytes depend on the folder and the date alone."""
    path = output / f"{NAME}-{__version__}-linux-{os.uname().machine}.tar.xz"
    with lzma.open(path, "wb", preset=9) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for file in [frozen, *sorted(frozen.rglob("*"))]:
            inside = (Path(f"{NAME}-{__version__}") / file.relative_to(frozen)).as_posix()
            entry = tar.gettarinfo(file, inside)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = epoch
            if entry.isreg():
                with file.open("rb") as stream:
                    tar.addfile(entry, stream)
            else:
                tar.addfile(entry)
    return path


if __name__ == "__main__":
    raise SystemExit(main())
