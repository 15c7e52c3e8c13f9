"""Each contract between rooms is kept, and each one fails when a file breaks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT

BREACHES = {
    "The rooms of the application stand in layers": (
        "comptexpert_desktop/domain/breach.py",
        "comptexpert_desktop.ui.look.theme",
    ),
    "The rooms of the server stand in layers": (
        "comptexpert_server/firms/breach.py",
        "comptexpert_server.reviews.models",
    ),
    "Only app opens the gateways to the outside": (
        "comptexpert_desktop/desktop/breach.py",
        "comptexpert_desktop.adapters.vault",
    ),
    "Screens never touch the store": ("comptexpert_desktop/ui/breach.py", "comptexpert_desktop.store.outbox"),
    "Qt stays in ui, runtime, app, cli, desktop and rehearsal": (
        "comptexpert_desktop/usecases/breach.py",
        "PySide6.QtCore",
    ),
    "The presentation knows no Qt": ("comptexpert_desktop/presentation/breach.py", "PySide6.QtCore"),
    "Only the network adapters speak HTTP": ("comptexpert_desktop/usecases/breach.py", "httpx"),
    "Only the vault adapter speaks to the keyring": ("comptexpert_desktop/ui/breach.py", "keyring"),
    "Only the store opens SQLite": ("comptexpert_desktop/usecases/breach.py", "sqlite3"),
    "The application and the server share no code": (
        "comptexpert_desktop/domain/breach.py",
        "comptexpert_server.config",
    ),
}
"""The name of a contract, a file that breaks it, and the module that this file imports."""


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


@pytest.mark.parametrize("contract", BREACHES)
def test_a_contract_fails_when_a_file_breaks_it(copy, contract):
    path, module = BREACHES[contract]
    (copy / path).write_text(f'"""Break a contract."""\n\nimport {module}\n')
    printed = lint_imports(copy)
    assert f"{contract} BROKEN" in printed, printed


@pytest.mark.parametrize("room", ["__main__", "settings/breach", "adapters/api/breach", "errors"])
def test_a_library_is_imported_where_it_belongs_and_nowhere_else(copy, room):
    file = copy / "comptexpert_desktop" / f"{room}.py"
    text = file.read_text("utf-8") if file.exists() else '"""Break a contract."""\n'
    file.write_text(f"{text}\nimport httpx\nimport keyring\nimport sqlite3\n", "utf-8")
    assert f"{len(BREACHES) - 3} kept, 3 broken" in lint_imports(copy)


@pytest.mark.parametrize(
    ("floor", "neighbour"),
    [("desk", "reviews"), ("registry", "inbox"), ("base", "audit"), ("intake", "me"), ("firms", "sessions")],
)
def test_rooms_of_one_floor_of_the_server_know_nothing_of_each_other(copy, floor, neighbour):
    breach = f'"""Break a contract."""\n\nimport comptexpert_server.{neighbour}\n'
    (copy / "comptexpert_server" / floor / "breach.py").write_text(breach)
    assert "The rooms of the server stand in layers BROKEN" in lint_imports(copy)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_new_room_must_be_given_its_place(copy, package):
    room = copy / package / "attic"
    room.mkdir()
    (room / "__init__.py").write_text('"""A room that nobody placed."""\n')
    assert "BROKEN" in lint_imports(copy)
