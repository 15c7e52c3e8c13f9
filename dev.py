#!/usr/bin/env python3
"""Set the project up on a bare machine, then run one command: `python3 dev.py demo`, `python3 dev.py test`.

Standard library only. Everything it installs is either a Debian package or comes from the hash-locked files of
`requirements/`; it asks nothing. On Windows and macOS it makes the environment and leaves the system alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

QT_LIBRARIES = ["libglib2.0-0", "libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3"]
X11_LIBRARIES = ["libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxkbcommon-x11-0"]
SECRET_SERVICE = ["dbus", "dbus-bin", "dbus-daemon", "gnome-keyring"]
TO_RUN = [
    "python3-venv",
    "ca-certificates",
    *QT_LIBRARIES,
    *X11_LIBRARIES,
    *SECRET_SERVICE,
    "fonts-dejavu-core",
]
SCREEN = ["xvfb", "xauth", "openbox", "xdotool", "at-spi2-core"]
ROOM_OF_TESTS = 4 * 2**30
"""Bytes that the files of a run may take."""
MAX_WORKERS = 8
"""With more, the first share of the tests, which one worker takes whole, would not hold all journeys."""
TO_TEST = [*TO_RUN, *SCREEN, "git", "postgresql", "chromium", "chromium-driver", "nginx-light", "poppler-utils"]


def run(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Run a command at the project's root and return its exit status."""
    print("›", *command, flush=True)
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=os.environ | (env or {}), check=False
    ).returncode


def must(*command: str | Path, quiet: bool = False, env: dict[str, str] | None = None) -> None:
    """Run a set-up command; stop with what it printed when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed ({done.returncode})\n{done.stdout or ''}")


def installed_packages() -> set[str]:
    """Name the Debian packages that are installed, and those that they stand for: Debian 13 renamed some libraries."""
    shown = "-f=${db:Status-Status}\t${Package}, ${Provides}\n"
    done = subprocess.run(["dpkg-query", "-W", shown], capture_output=True, text=True, check=False)
    lines = (line.partition("\t") for line in done.stdout.splitlines())
    names = (one for status, _, named in lines if status == "installed" for one in named.split(","))
    return {name.split()[0] for name in names if name.strip()}


def install_system_packages(packages: list[str]) -> None:
    """Install the missing Debian packages; elsewhere say nothing, the system is its owner's business."""
    if shutil.which("apt-get") is None:
        return
    installed = installed_packages()
    missing = [package for package in packages if package not in installed]
    if not missing:
        return
    print("Installing", *missing, flush=True)
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    if os.geteuid() != 0:
        apt = ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", *apt]
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    must(*apt, "update", quiet=True, env=quietly)
    must(*apt, "install", "-y", "--no-install-recommends", *missing, quiet=True, env=quietly)


def python_of(venv: Path) -> Path:
    """Return the interpreter of an environment."""
    return venv / BIN.name / PYTHON.name


def make_environment(lock: str, *, venv: Path = VENV, editable: bool = True) -> None:
    """Fill an environment from a lock with hashes, unless it already holds just that."""
    content = (ROOT / "requirements" / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    stamp, wanted = venv / f"stamp-{lock}", hashlib.sha256(content).hexdigest()
    python = python_of(venv)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not python.exists():
        must(sys.executable, "-m", "venv", venv)
    print(f"Installing requirements/{lock}", flush=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    must(*pip, "--require-hashes", "-r", ROOT / "requirements" / lock, quiet=True)
    if editable:
        must(*pip, "--no-build-isolation", "--no-deps", "--editable", ROOT, quiet=True)
    stamp.write_text(wanted)


def set_up(*, lock: str, packages: list[str]) -> None:
    """Install what is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that runs before the version is known
        sys.exit("Python 3.11 or later is needed.")
    install_system_packages(packages)
    make_environment(lock)


def has_screen() -> bool:
    """Tell whether a window can be shown."""
    return sys.platform in {"win32", "darwin"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo(rest: list[str]) -> int:
    """Open the window on the embedded server, or play the tour where there is no screen."""
    set_up(lock="demo.txt", packages=TO_RUN)
    application = [PYTHON, "-m", "comptexpert_desktop", "demo"]
    if has_screen():
        return run(*application, *rest)
    tour = [] if "--tour" in rest else ["--tour", ROOT / "out" / "tour"]
    return run(*application, *tour, *rest, env={"QT_QPA_PLATFORM": "offscreen"})


def debug(rest: list[str]) -> int:
    """Run the window on the embedded server under Python's debugger: it stops at `breakpoint()` and at a fault."""
    set_up(lock="dev.txt", packages=TO_TEST)
    return run(PYTHON, "-m", "tests.debugger", *rest)


def types_of(system: str) -> list[str]:
    """Return the options that read the application as another system runs it; the server is for Linux."""
    return ["--platform", system, "--cache-dir", f".mypy_cache/{system}", "--package", "comptexpert_desktop"]


def check() -> int:
    """Run the checks that run nothing of the product: format, lint, types, contracts between rooms."""
    set_up(lock="dev.txt", packages=TO_TEST)
    ruff = BIN / "ruff"
    checks = [
        [ruff, "format", "--check", "."],
        [ruff, "check", "."],
        [BIN / "mypy"],
        *([BIN / "mypy", *types_of(system)] for system in ("win32", "darwin")),
        [BIN / "lint-imports"],
    ]
    return max([run(*command) for command in checks])


def folder_in_memory() -> Path | None:
    """Return a folder that no disk stands behind, where there is room: tests make databases by the thousand."""
    memory, available = Path("/dev/shm"), Path("/proc/meminfo")  # noqa: S108 - files are made below, in a private folder
    if not (memory.is_dir() and os.access(memory, os.W_OK) and available.exists()):
        return None
    about = os.statvfs(memory)
    if about.f_flag & os.ST_NOEXEC or about.f_bavail * about.f_frsize < ROOM_OF_TESTS:
        return None
    lines = dict(line.split(":", 1) for line in available.read_text().splitlines())
    return memory if int(lines["MemAvailable"].split()[0]) * 1024 >= 2 * ROOM_OF_TESTS else None


def pytest(*arguments: str, wrapper: tuple[str | Path, ...] = (), is_everyday: bool = True) -> int:
    """Run tests with a Secret Service and a data folder of their own, and no screen.

    The files of everyday tests are in memory where they fit; those of campaigns are on the disk.
    """
    session = (PYTHON, "-m", "tests.secret_service")
    place = folder_in_memory() if is_everyday else None
    with tempfile.TemporaryDirectory(prefix="ce-", dir=place) as folder:  # short: the names of sockets are below it
        Path(folder).chmod(0o711)  # PostgreSQL runs as a person of its own, and passes through
        data, others = Path(folder, "data"), Path(folder, "t")
        data.mkdir(mode=0o700)
        others.mkdir()
        where = {"QT_QPA_PLATFORM": "offscreen", "COMPTEXPERT_DATA_DIR": str(data), "TMPDIR": str(others)}
        where["PYTHONDONTWRITEBYTECODE"] = ""
        return run(*wrapper, *session, PYTHON, "-m", "pytest", f"--basetemp={folder}/p", *arguments, env=where)


def test(rest: list[str]) -> int:
    """Run every everyday check and test; the server's also on PostgreSQL."""
    if rest:
        set_up(lock="dev.txt", packages=TO_TEST)
        return pytest(*rest)
    on_postgresql = (PYTHON, "-m", "tests.postgresql")
    workers = min((os.cpu_count() or 1) + 1, MAX_WORKERS)  # many a test waits: for a window, for another program
    everyday = ("-q", f"-n{workers}", "-m", "not campaign", "--durations=25")
    return max(
        check(),
        pytest(*everyday, "tests/server", wrapper=on_postgresql),
        pytest(*everyday),
    )


def bench(rest: list[str]) -> int:
    """Print the ratios of the benches."""
    set_up(lock="dev.txt", packages=TO_TEST)
    return run(PYTHON, "-m", "tests.benchmarks", *rest, env={"QT_QPA_PLATFORM": "offscreen"})


def campaigns(rest: list[str]) -> int:
    """Run the long reliability campaigns."""
    set_up(lock="dev.txt", packages=[*TO_TEST, "orca"])
    return pytest("-q", "-m", "campaign", "--timeout=3600", *rest, is_everyday=False)


def docs(_rest: list[str]) -> int:
    """Write what is kept of the code: the OpenAPI document, the words taken from it, the arrows of the map."""
    set_up(lock="dev.txt", packages=TO_TEST)
    exports = (
        (["comptexpert_server", "openapi"], ROOT / "docs" / "api" / "openapi.json"),
        (["tests.contract.vocabulary"], ROOT / "comptexpert_desktop" / "domain" / "vocabulary.py"),
    )
    for module, target in exports:
        done = subprocess.run([PYTHON, "-m", *module], cwd=ROOT, capture_output=True, text=True, check=True)
        target.write_text(done.stdout, encoding="utf-8")
    return subprocess.run([PYTHON, "-m", "tests.house.rooms"], cwd=ROOT, check=False).returncode


def package(rest: list[str]) -> int:
    """Freeze the application and pack it for this system, from an environment of its own."""
    install_system_packages(["python3-venv", "binutils", "xz-utils", "dpkg-dev", *X11_LIBRARIES, *QT_LIBRARIES])
    make_environment("package.txt", venv=ROOT / ".venv-package", editable=False)
    return run(python_of(ROOT / ".venv-package"), "-m", "resources.installers", *rest)


COMMANDS = {
    "demo": demo,
    "debug": debug,
    "test": test,
    "check": lambda _rest: check(),
    "bench": bench,
    "campaigns": campaigns,
    "docs": docs,
    "package": package,
}


def main() -> int:
    """Read the command and run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    arguments, rest = parser.parse_known_args()
    return COMMANDS[arguments.command](rest)


if __name__ == "__main__":
    sys.exit(main())
