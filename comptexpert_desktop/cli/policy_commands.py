"""What the machine imposes: shown, or checked before it is put in place; neither refuses whatever it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import terminal
from comptexpert_desktop.cli.command_run import Exit
from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.settings import faults_of, policy

if TYPE_CHECKING:
    from comptexpert_desktop.cli.command_run import Run


def show(command: Run) -> Exit:
    """Show each setting, where it comes from, and why the program would not start."""
    found = policy(command.settings)
    problems = [f"{name}: {one['problem']} ({one['source']})" for name, one in found.items() if "problem" in one]
    lines = [
        f"{name}  {one['value']}  ({one['source']}{', locked' if one['locked'] else ''})" for name, one in found.items()
    ]
    command.show(found, lines=lines)
    for problem in problems:
        terminal.complain(problem)
    if command.settings.refusal is not None:
        terminal.complain(f"would not start: {command.settings.refusal.code}")
    return Exit.FAILED if problems or command.settings.refusal is not None else Exit.DONE


def check(command: Run) -> Exit:
    """Name each fault of a policy."""
    path = Path(command.options.file)
    try:
        faults = faults_of(path)
    except OSError:
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None
    command.show(faults, lines=[f"{one['name']}: {one['code']}" for one in faults] or ["ok"])
    return Exit.FAILED if faults else Exit.DONE
