"""`dev.py debug` stops where a person wrote `breakpoint()` and where a slot fails, and `q` ends the program."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from tests import debugger

def slot():
    number = 41 + 1
    {fault}
    print("went on")

def program():
    application = QCoreApplication([])
    QTimer.singleShot(0, slot)
    status = application.exec()
    print("left in good order")
    return status

sys.exit(debugger.run(program))
"""


@pytest.mark.parametrize("fault", ["breakpoint()", "number / 0"])
def test_the_debugger_stops_in_a_slot_and_q_leaves(fault):
    command = [sys.executable, "-c", PROGRAM.format(fault=fault)]
    done = subprocess.run(command, input="p number\nq\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "(Pdb) 42" in done.stdout
    assert "left in good order" in done.stdout
    assert "went on" not in done.stdout
