"""The shipped units are what systemd understands, shut in as far as they can be, and name files that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from comptexpert_server.__main__ import build_parser
from comptexpert_server.base.environment import read_environment
from tests.operations.hosting import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "/opt/comptexpert/bin/comptexpert-server"
UNITS = sorted((SHIPPED / "systemd").glob("*.*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
WORST_EXPOSURE = 20
"""Out of 100, as `systemd-analyze security` counts: 15 when this was written, 96 without the options."""

analyse = shutil.which("systemd-analyze")
with_systemd = pytest.mark.skipif(analyse is None, reason="systemd is not installed")


def test_there_is_a_unit_for_each_thing_to_run() -> None:
    assert [unit.name for unit in UNITS] == [
        "comptexpert-backup.service",
        "comptexpert-backup.timer",
        "comptexpert-server.service",
        "comptexpert-worker.service",
    ]


@with_systemd
def test_systemd_understands_them_all(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAM, sys.executable).replace("User=comptexpert", "User=root")
        (tmp_path / unit.name).write_text(text.replace("Group=comptexpert", "Group=root"), "utf-8")
    done = subprocess.run(
        [str(analyse), "verify", "--man=no", "--recursive-errors=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "comptexpert-" in line]
    assert (done.returncode, complaints) == (0, []), done.stderr


@with_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: str(unit.name))
def test_little_of_the_machine_is_open_to_them(unit: Path) -> None:
    done = subprocess.run(
        [str(analyse), "security", "--offline=yes", f"--threshold={WORST_EXPOSURE}", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: str(unit.name))
def test_the_commands_that_they_run_exist(unit: Path) -> None:
    commands = re.findall(rf"{PROGRAM} ([a-z-]+(?: --[a-z]+ [^ \n'\"]+)*)", unit.read_text("utf-8"))
    assert commands
    for told in commands:
        words = told.split()
        build_parser().parse_args([*words, "file"] if words == ["backup"] else words)


def test_the_environment_file_is_read_without_a_complaint() -> None:
    text = (SHIPPED / "comptexpert-server.env").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines)
    found = read_environment(variables)
    assert (found.public_url, found.trusted_proxies, found.workers) == ("https://comptexpert.example", 1, 2)
    assert found.secret_key == "", "a secret is never shipped"
