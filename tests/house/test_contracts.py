"""Each contract between rooms is kept, and each one fails when a file breaks it.

A run of the linter takes seconds: what may stand in one copy is planted in one, and found under the contract it breaks.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT

BREACHES = {
    "The rooms of the application stand in layers": (
        "comptexpert_desktop/domain/breach_1.py",
        "comptexpert_desktop.ui.look.theme",
    ),
    "The rooms of the server stand in layers": (
        "comptexpert_server/firms/breach_2.py",
        "comptexpert_server.reviews.models",
    ),
    "Only app opens the gateways to the outside": (
        "comptexpert_desktop/desktop/breach_3.py",
        "comptexpert_desktop.adapters.vault",
    ),
    "Screens never touch the store": ("comptexpert_desktop/ui/breach_4.py", "comptexpert_desktop.store.outbox"),
    "Qt stays in ui, runtime, app, cli, desktop and rehearsal": (
        "comptexpert_desktop/usecases/breach_5.py",
        "PySide6.QtCore",
    ),
    "The presentation knows no Qt": ("comptexpert_desktop/presentation/breach_6.py", "PySide6.QtCore"),
    "Only the network adapters speak HTTP": ("comptexpert_desktop/usecases/breach_7.py", "httpx"),
    "Only the vault adapter speaks to the keyring": ("comptexpert_desktop/ui/breach_8.py", "keyring"),
    "Only the store opens SQLite": ("comptexpert_desktop/usecases/breach_9.py", "sqlite3"),
    "The application and the server share no code": (
        "comptexpert_desktop/domain/breach_10.py",
        "comptexpert_server.config",
    ),
}
"""The name of a contract, a file that breaks it, and the module that this file imports."""

LIBRARIES = ("httpx", "keyring", "sqlite3")
NEIGHBOURS = [("desk", "reviews"), ("registry", "inbox"), ("base", "audit"), ("intake", "me"), ("firms", "sessions")]


def lint_imports(folder: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "", "NO_COLOR": "1", "COLUMNS": "200"},
    )
    return done.stdout + done.stderr


def faults(printed: str) -> dict[str, str]:
    """Return what is said of each contract that is broken."""
    _, _, details = printed.partition("Broken contracts\n")
    names = "|".join(map(re.escape, BREACHES))
    parts = re.split(rf"^({names})$", details, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


@pytest.fixture
def copy(tmp_path):
    """A copy of the two packages that a test may break."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(copy):
    printed = lint_imports(copy)
    assert f"{len(BREACHES)} kept, 0 broken" in printed, printed
    assert faults(printed) == {}


def test_each_contract_fails_when_a_file_breaks_it(copy):
    for path, module in BREACHES.values():
        (copy / path).write_text(f'"""Break a contract."""\n\nimport {module}\n')
    printed = lint_imports(copy)
    said = faults(printed)
    silent = [name for name, (path, _) in BREACHES.items() if f"{module_of(path)} -> " not in said.get(name, "")]
    assert silent == [], printed


def test_a_library_is_imported_where_it_belongs_and_nowhere_else(copy):
    rooms = ("__main__", "settings/breach", "adapters/api/breach", "errors")
    for room in rooms:
        file = copy / "comptexpert_desktop" / f"{room}.py"
        text = file.read_text("utf-8") if file.exists() else '"""Break a contract."""\n'
        file.write_text(text + "".join(f"\nimport {library}" for library in LIBRARIES) + "\n", "utf-8")
    printed = lint_imports(copy)
    assert f"{len(BREACHES) - 3} kept, 3 broken" in printed, printed
    said = "".join(faults(printed).values())
    imports = [f"comptexpert_desktop.{room.replace('/', '.')} -> {name}" for room in rooms for name in LIBRARIES]
    assert [one for one in imports if one not in said] == [], printed


def test_rooms_of_one_floor_of_the_server_know_nothing_of_each_other(copy):
    for floor, neighbour in NEIGHBOURS:
        breach = f'"""Break a contract."""\n\nimport comptexpert_server.{neighbour}\n'
        (copy / "comptexpert_server" / floor / "breach.py").write_text(breach)
    printed = lint_imports(copy)
    said = faults(printed)["The rooms of the server stand in layers"]
    imports = [f"comptexpert_server.{floor}.breach -> comptexpert_server.{name}" for floor, name in NEIGHBOURS]
    assert [one for one in imports if one not in said] == [], printed


def test_a_new_room_must_be_given_its_place(copy):
    for package in PACKAGES:
        room = copy / package / "attic"
        room.mkdir()
        (room / "__init__.py").write_text('"""A room that nobody placed."""\n')
    printed = lint_imports(copy)
    assert f"{len(BREACHES) - 2} kept, 2 broken" in printed, printed
    assert ["- attic" in said or ".attic" in said for said in faults(printed).values()] == [True, True], printed
