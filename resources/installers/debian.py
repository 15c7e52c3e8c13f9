"""Lay the frozen folder out as two Debian packages: the application, and the rehearsal that may stand beside it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resources.installers import linux_files
from resources.installers.linux_files import HERE, NAME, REHEARSAL

if TYPE_CHECKING:
    from pathlib import Path

    from resources.installers.origins import Gathered

ROOT = f"usr/lib/{NAME}"
FOLDER = f"{ROOT}/package"
"""What the packages hold; postinst puts it beside the versions that windows run from."""
MAINTAINER = "Comptexpert Desktop contributors <desktop@comptexpert.example>"
NEEDED_BESIDE = ("ca-certificates", "fonts-dejavu-core | fonts-liberation | fonts-noto-core")
"""What no library says: the system's authorities, and letters to draw."""
SECRET_SERVICE = ("dbus-daemon | dbus (<< 1.14)", "gnome-keyring")
"""A rehearsal runs a keyring of its own, which goes with it."""
RECOMMENDS = ("gnome-keyring | keepassxc | kwalletmanager", "dbus-user-session | dbus", "xdg-utils")
_ABSENT = re.compile(r"(?:error|warning).*?couldn't find library (\S+) needed by (\S+)")


@dataclass(frozen=True, slots=True)
class Binary:
    """One package: its name, its words and what it needs."""

    name: str
    summary: str
    text: tuple[str, ...]
    depends: tuple[str, ...]
    recommends: tuple[str, ...] = ()
    suggests: tuple[str, ...] = ()


def control(binary: Binary, *, version: str, architecture: str, kilobytes: int) -> str:
    """Write the fields of a package."""
    fields = {
        "Package": binary.name,
        "Source": NAME if binary.name != NAME else "",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join(binary.depends),
        "Recommends": ", ".join(binary.recommends),
        "Suggests": ", ".join(binary.suggests),
        "Section": "misc",
        "Priority": "optional",
        "Homepage": "https://comptexpert.example/",
        "Description": binary.summary,
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\n".join([*lines, *(f" {line}" for line in binary.text), ""])


def desktop(depends: tuple[str, ...]) -> Binary:
    """Return the application's package."""
    return Binary(
        NAME,
        "Comptexpert accounts and delegations on the desktop",
        (
            "The desk where accounting firms create their Comptexpert accounts, request",
            "delegations and review them, with or without a network.",
        ),
        (*depends, *NEEDED_BESIDE),
        RECOMMENDS,
        (REHEARSAL,),
    )


def rehearsal(depends: tuple[str, ...], *, version: str) -> Binary:
    """Return the rehearsal's package."""
    return Binary(
        REHEARSAL,
        "rehearsal server of Comptexpert Desktop",
        (
            "The reference server on this machine, with fictitious people: the command",
            "comptexpert-desktop demo shows everything without a network.",
        ),
        (f"{NAME} (= {version})", *depends, *SECRET_SERVICE),
    )


def build(
    target: Path, *, frozen: Path, gathered: Gathered, icons: Path, staging: Path, version: str, epoch: int
) -> list[Path]:
    """Make both packages below `target`; return them."""
    shutil.rmtree(staging, ignore_errors=True)
    ours, theirs = staging / NAME, staging / REHEARSAL
    shutil.copytree(frozen, ours / FOLDER, symlinks=True)
    for place in sorted(gathered.rehearsal):
        moved = theirs / FOLDER / place
        moved.parent.mkdir(parents=True, exist_ok=True)
        (ours / FOLDER / place).rename(moved)
    _drop_empty_folders(ours / FOLDER)
    own = ours / FOLDER / "_internal"
    inside = [one.name for one in gathered.system_packages()]
    needs = {folder: dependencies(folder, libraries=own, inside=inside) for folder in (ours, theirs)}
    linux_files.put(ours / FOLDER / "BUILD", build_name(frozen, version=version) + "\n")
    linux_files.write(ours, icons=icons, epoch=epoch)
    linux_files.write_rehearsal(theirs)
    link = ours / "usr/bin" / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../lib/{NAME}/current/{NAME}")
    for script in ("postinst", "prerm"):
        linux_files.copy(HERE / script, ours / "DEBIAN" / script)
        (ours / "DEBIAN" / script).chmod(0o755)
    linux_files.put(ours / "DEBIAN/triggers", f"interest-await /{FOLDER}\n")
    made = []
    for folder, binary in ((ours, desktop(needs[ours])), (theirs, rehearsal(needs[theirs], version=version))):
        _document(folder / "usr/share/doc" / binary.name, inside=frozen / "_internal", version=version)
        made.append(_pack(folder, binary=binary, target=target, version=version, epoch=epoch))
    return made


def build_name(frozen: Path, *, version: str) -> str:
    """Return what tells this build from every other: its version, and a digest of its files."""
    digest = hashlib.sha256()
    for path in sorted(frozen.rglob("*")):
        digest.update(path.relative_to(frozen).as_posix().encode() + b"\0")
        if path.is_file() and not path.is_symlink():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{version}+{digest.hexdigest()[:8]}"


def dependencies(folder: Path, *, libraries: Path, inside: list[str]) -> tuple[str, ...]:
    """Return the packages that the libraries of a folder need, by their symbols; raises LookupError for one nowhere.

    `libraries` is the folder of our own, and `inside` names the system's packages whose libraries stand there.
    """
    binaries = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink() and is_elf(path)]
    work = folder.parent / "shlibdeps"
    linux_files.put(
        work / "debian/control", f"Source: {NAME}\nMaintainer: {MAINTAINER}\n\nPackage: {NAME}\nArchitecture: any\n"
    )
    own = sorted({str(path.parent) for path in libraries.parents[0].rglob("*.so*")} | {str(libraries)})
    ours = [*(f"-l{one}" for one in own), *(f"-x{one}" for one in inside)]
    done = subprocess.run(  # noqa: S603 - our own words
        ["dpkg-shlibdeps", "-O", "--warnings=7", "--ignore-missing-info", *ours,  # noqa: S607 - of the system
         *(f"-e{path}" for path in binaries)],
        cwd=work,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    absent = sorted({f"{library} for {name}" for library, name in _ABSENT.findall(done.stderr)})
    if done.returncode or absent:
        raise LookupError(f"libraries that no package has: {absent or done.stderr[-2000:]}")
    _, _, told = done.stdout.strip().partition("shlibs:Depends=")
    return tuple(sorted(one.strip() for one in told.split(",") if one.strip()))


def is_elf(path: Path) -> bool:
    """Tell whether a file is a library or a program."""
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _drop_empty_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def _pack(folder: Path, *, binary: Binary, target: Path, version: str, epoch: int) -> Path:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    shipped = [path for path in files if not path.is_relative_to(folder / "DEBIAN")]
    kilobytes = sum((path.lstat().st_size + 1023) // 1024 for path in shipped)
    sums = (
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(folder)}\n"
        for path in shipped
    )
    linux_files.put(folder / "DEBIAN/md5sums", "".join(sums))
    architecture = _printed("dpkg", "--print-architecture")
    linux_files.put(
        folder / "DEBIAN/control", control(binary, version=version, architecture=architecture, kilobytes=kilobytes)
    )
    package = target / f"{binary.name}_{version}_{architecture}.deb"
    subprocess.run(  # noqa: S603 - our own words
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", folder, package],  # noqa: S607 - of the system
        env={"SOURCE_DATE_EPOCH": str(epoch), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return package


def _printed(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return done.stdout.strip()


def _document(folder: Path, *, inside: Path, version: str) -> None:
    notice = (inside / "NOTICE").read_text(encoding="utf-8")
    terms = (inside / "licences" / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    linux_files.put(folder / "copyright", f"{notice}\n\n{terms}\nThe texts: /{FOLDER}/_internal/licences\n")
    log = f"{NAME} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md of the sources.\n"
    linux_files.put_packed(folder / "changelog.gz", log)
