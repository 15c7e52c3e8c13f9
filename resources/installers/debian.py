"""Lay the frozen folder out as a Debian package: `/opt/comptexpert`, a link on the path, a menu entry, icons."""

from __future__ import annotations

import gzip
import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

from resources.installers.icons import SIZES

if TYPE_CHECKING:
    from pathlib import Path

NAME = "comptexpert-desktop"
FOLDER = "opt/comptexpert"
IDENTIFIER = "fr.comptexpert.desktop"
DEPENDS = (
    "libstdc++6",
    "libglib2.0-0 | libglib2.0-0t64",
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libfontconfig1",
    "libdbus-1-3",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
    "libwayland-client0",
    "libwayland-cursor0",
    "ca-certificates",
    "fonts-dejavu-core | fonts-liberation | fonts-noto-core",
)
RECOMMENDS = ("gnome-keyring | keepassxc | kwalletmanager", "dbus-user-session | dbus", "xdg-utils")
DESKTOP = f"""[Desktop Entry]
Type=Application
Name=Comptexpert
GenericName=Délégations des cabinets comptables
GenericName[en]=Delegated access for accounting firms
Comment=Créer un compte Comptexpert, demander et accorder des délégations
Comment[en]=Create a Comptexpert account, request and grant delegations
Exec=/{FOLDER}/{NAME} %u
Icon={IDENTIFIER}
Terminal=false
Categories=Office;Finance;
MimeType=x-scheme-handler/comptexpert;
StartupNotify=true
StartupWMClass={IDENTIFIER}
"""


def control(*, version: str, architecture: str, kilobytes: int) -> str:
    """Write the fields of the package."""
    return "\n".join(
        [
            f"Package: {NAME}",
            f"Version: {version}",
            f"Architecture: {architecture}",
            "Maintainer: Comptexpert Desktop contributors <desktop@comptexpert.example>",
            f"Installed-Size: {kilobytes}",
            f"Depends: libc6 (>= {platform.libc_ver()[1]}), {', '.join(DEPENDS)}",
            f"Recommends: {', '.join(RECOMMENDS)}",
            "Section: misc",
            "Priority: optional",
            "Description: Comptexpert accounts and delegations on the desktop",
            " The desk where accounting firms create their Comptexpert accounts, request",
            " delegations and review them, with or without a network. It holds a rehearsal",
            " with fictitious people that needs neither network nor server.",
            "",
        ]
    )


def build(target: Path, *, frozen: Path, icons: Path, staging: Path, version: str, epoch: int) -> Path:
    """Make the package below `target`; return it. Nothing runs on the machine that installs it."""
    shutil.rmtree(staging, ignore_errors=True)
    shutil.copytree(frozen, staging / FOLDER, symlinks=True)
    _write(staging / f"usr/share/applications/{IDENTIFIER}.desktop", DESKTOP)
    for size in SIZES:
        _copy(
            icons / f"comptexpert-{size}.png", staging / f"usr/share/icons/hicolor/{size}x{size}/apps/{IDENTIFIER}.png"
        )
    _copy(icons / "comptexpert.svg", staging / f"usr/share/icons/hicolor/scalable/apps/{IDENTIFIER}.svg")
    _document(staging / "usr/share/doc" / NAME, inside=frozen / "_internal", version=version)
    link = staging / "usr/bin" / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/{FOLDER}/{NAME}")
    sizes = [path.lstat().st_size for path in staging.rglob("*") if path.is_file() and not path.is_symlink()]
    architecture = _printed("dpkg", "--print-architecture")
    _write(
        staging / "DEBIAN/control",
        control(version=version, architecture=architecture, kilobytes=sum((size + 1023) // 1024 for size in sizes)),
    )
    package = target / f"{NAME}_{version}_{architecture}.deb"
    subprocess.run(  # noqa: S603 - our own words
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", staging, package],  # noqa: S607 - of the system
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
    _write(folder / "copyright", f"{notice}\n\n{terms}\nThe texts: /{FOLDER}/_internal/licences\n")
    log = f"{NAME} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md of the sources.\n"
    folder.joinpath("changelog.gz").write_bytes(gzip.compress(log.encode(), mtime=0))
    folder.joinpath("changelog.gz").chmod(0o644)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
