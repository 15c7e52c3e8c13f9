"""What a Linux package holds beside the folder: menu entries, man pages, completions, what a software centre shows."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from comptexpert_desktop import __version__
from resources.installers.icons import SIZES

HERE = Path(__file__).resolve().parent / "linux"
IDENTIFIER = "fr.comptexpert.desktop"
NAME, REHEARSAL = "comptexpert-desktop", "comptexpert-rehearsal"
PROGRAM = f"/usr/bin/{NAME}"
PARSER, FUNCTION = "comptexpert_desktop.__main__", "command_line"
DESKTOP = f"""[Desktop Entry]
Type=Application
Name=Comptexpert
GenericName=Délégations des cabinets comptables
GenericName[en]=Delegated access for accounting firms
Comment=Créer un compte Comptexpert, demander et accorder des délégations
Comment[en]=Create a Comptexpert account, request and grant delegations
Exec={PROGRAM} %u
Icon={IDENTIFIER}
Terminal=false
Categories=Office;Finance;
MimeType=x-scheme-handler/comptexpert;
StartupNotify=true
StartupWMClass={IDENTIFIER}
"""
COMPLETIONS = {
    "bash": f"usr/share/bash-completion/completions/{NAME}",
    "zsh": f"usr/share/zsh/vendor-completions/_{NAME}",
}


def write(staging: Path, *, icons: Path, epoch: int) -> None:
    """Write what a desktop and a shell look for below a folder."""
    share = staging / "usr/share"
    put(share / f"applications/{IDENTIFIER}.desktop", DESKTOP)
    for size in SIZES:
        copy(icons / f"comptexpert-{size}.png", share / f"icons/hicolor/{size}x{size}/apps/{IDENTIFIER}.png")
    copy(icons / "comptexpert.svg", share / f"icons/hicolor/scalable/apps/{IDENTIFIER}.svg")
    put(share / f"metainfo/{IDENTIFIER}.metainfo.xml", metainfo(epoch=epoch))
    put_packed(share / f"man/man1/{NAME}.1.gz", manual(epoch=epoch))
    for shell, place in COMPLETIONS.items():
        put(staging / place, completion(shell, epoch=epoch))


def write_rehearsal(staging: Path) -> None:
    """Write the menu entry of the rehearsal."""
    copy(HERE / f"{REHEARSAL}.desktop", staging / f"usr/share/applications/{IDENTIFIER}.rehearsal.desktop")


def metainfo(*, epoch: int) -> str:
    """Say what the application is, in the form of AppStream."""
    day = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    text = (HERE / f"{IDENTIFIER}.metainfo.xml").read_text(encoding="utf-8")
    return text.replace("@VERSION@", __version__).replace("@DATE@", day)


def manual(*, epoch: int) -> str:
    """Write the manual from the command line's own words."""
    tool = Path(sys.executable).with_name("argparse-manpage")
    words = ["--module", PARSER, "--function", FUNCTION, "--prog", NAME, "--project-name", "Comptexpert Desktop"]
    return _printed(tool, *words, "--version", __version__, "--manual-title", "Comptexpert Desktop", epoch=epoch)


def completion(shell: str, *, epoch: int) -> str:
    """Write the completion of a shell from the command line's own words."""
    parser = f"{PARSER}.{FUNCTION}"
    return _printed(sys.executable, "-m", "shtab", f"--shell={shell}", "--prog", NAME, parser, epoch=epoch)


def _printed(*command: str | Path, epoch: int) -> str:
    root = HERE.parents[2]
    own = {
        "PYTHONPATH": str(root),
        "PATH": "/usr/bin:/bin",
        "PYTHONHASHSEED": "1",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=root, env=own | {"SOURCE_DATE_EPOCH": str(epoch)}, capture_output=True, text=True, check=True
    )
    return done.stdout


def put(path: Path, text: str) -> None:
    """Write a text that everybody reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def put_packed(path: Path, text: str) -> None:
    """Write a text packed by gzip, the same each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    path.chmod(0o644)


def copy(source: Path, target: Path) -> None:
    """Copy a file that everybody reads."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
