"""Prepared databases: made once for a version of the program, copied at each start of a rehearsal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_server.base.environment import read_environment

if TYPE_CHECKING:
    import argparse

PACKAGE = Path(__file__).resolve().parent.parent
SOURCES = (
    "*/migrations/*.py",
    "*/models.py",
    "registry/*",
    "accounts/*.py",
    "rehearsal/*",
    "intake/*.py",
    "catalogue/*.json",
    "*/apps.py",
)


def template(asked: argparse.Namespace) -> int:
    """Make a filled SQLite database, unless the file is already of this program and these options."""
    target = Path(asked.file).absolute()
    mark = fingerprint(entries=asked.entries, seed=asked.seed)
    mark_file = target.with_name(f"{target.name}.mark")
    is_fresh = target.exists() and mark_file.exists() and mark_file.read_text("utf-8") == mark
    if not is_fresh:
        target.parent.mkdir(parents=True, exist_ok=True)
        _make(target, entries=asked.entries, seed=asked.seed)
        mark_file.write_text(mark, "utf-8")
    sys.stdout.write(json.dumps({"template": str(target), "made": not is_fresh}) + "\n")
    return 0


def lay_template(template_file: str) -> bool:
    """Copy a prepared database where there is none yet; tell whether it was."""
    if not template_file or os.environ.get("COMPTEXPERT_DATABASE_URL"):
        return False
    folder = read_environment().data_dir
    target = folder / "comptexpert.db"
    if target.exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / ".comptexpert.db.new"
    shutil.copyfile(template_file, draft)
    draft.chmod(0o600)
    draft.replace(target)
    return True


def fingerprint(*, entries: int, seed: int) -> str:
    """Digest everything that decides what a template holds."""
    digest = hashlib.sha256(f"{entries} {seed}".encode())
    files = {path for pattern in SOURCES for path in PACKAGE.glob(pattern) if path.is_file()}
    for path in sorted(files):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _make(target: Path, *, entries: int, seed: int) -> None:
    """Migrate and fill a database of its own, then write it in one piece."""
    with tempfile.TemporaryDirectory(prefix="comptexpert-template-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "COMPTEXPERT_DATABASE_URL"}
        environment["COMPTEXPERT_DATA_DIR"] = folder
        for command in (["migrate"], ["seed", "--entries", str(entries), "--seed", str(seed)]):
            done = subprocess.run(  # noqa: S603 - this very program
                [sys.executable, "-m", "comptexpert_server", *command],
                env=environment,
                stdout=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode:
                raise SystemExit(done.returncode)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with closing(sqlite3.connect(Path(folder) / "comptexpert.db")) as connection:
            connection.execute("ANALYZE")
            connection.execute("VACUUM INTO ?", (str(draft),))
        draft.replace(target)
