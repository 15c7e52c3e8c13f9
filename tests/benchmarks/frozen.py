"""The first frame of the frozen application ÷ that of a frozen bare window, and what it weighs; run by name.

It takes the packaging environment that `dev.py package` makes, and weighs the packages of `dist/` if there are any.
COMPTEXPERT_PACKAGING names another environment, COMPTEXPERT_DIST another folder.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figure import Figure, median_and_min, say
from tests.benchmarks.first_frame import BARE, OURS, ROUNDS

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("COMPTEXPERT_PACKAGING", ROOT / ".venv-package")) / "bin" / "python"
DIST = Path(os.environ.get("COMPTEXPERT_DIST", ROOT / "dist"))
FREEZE = """
import sys
from pathlib import Path
from resources.installers.__main__ import freeze
print(freeze(Path(sys.argv[1]), epoch=1_790_000_000))
"""
MAX_ON_DISK, MAX_PACKED = 190, 60


def frozen(folder: Path, script: str, **environment: str) -> Path:
    """Freeze a program by `build.spec`, as a package is, and return its folder."""
    folder.mkdir()
    entry = folder / "entry.py"
    entry.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [PYTHON, "-c", FREEZE, folder],
        cwd=ROOT,
        env=os.environ | {"COMPTEXPERT_ENTRY": str(entry)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return Path(done.stdout.strip().splitlines()[-1])


def once(program: Path, folder: str) -> float:
    """Run one frozen program and return the seconds from its start to its first frame."""
    started = time.monotonic()
    done = subprocess.run(
        [program / program.name, str(started), folder, "first"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(done.stderr)
    return float(done.stdout.split()[0])


def weight(folder: Path) -> float:
    """Return what a folder takes, in megabytes; a link takes nothing."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def measure() -> list[Figure]:
    """Freeze both, then take the pairs in turn, after one pair for the caches."""
    if not PYTHON.exists():
        raise SystemExit("The packaging environment is missing: run dev.py package once.")
    with tempfile.TemporaryDirectory(prefix="comptexpert-frozen-") as name:
        folder = Path(name)
        say("freezing a bare window, then the application: two minutes")
        bare_program = frozen(folder / "bare", BARE, COMPTEXPERT_BARE="1")
        our_program = frozen(folder / "ours", OURS)
        data = str(folder / "data")
        bare, ours = [], []
        once(bare_program, data), once(our_program, data)
        for _ in range(ROUNDS):
            bare.append(once(bare_program, data))
            ours.append(once(our_program, data))
        on_disk = weight(our_program)
    detail = f"ours {median_and_min(ours)}, bare {median_and_min(bare)}"
    ratio = statistics.median(ours) / statistics.median(bare)
    figures = [
        Figure("frozen first frame ÷ frozen bare window", ratio, 1.35, "×", detail),
        Figure("frozen folder, rehearsal inside", on_disk, MAX_ON_DISK, "MB"),
    ]
    packed = sorted([*DIST.glob("*.deb"), *DIST.glob("*.tar.xz")])
    return figures + [Figure(path.name, path.stat().st_size / 1e6, MAX_PACKED, "MB") for path in packed]
