"""Leave nothing of a person on a machine: neither their files nor the entries of their keyring."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import terminal
from comptexpert_desktop.cli.command_run import Exit
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.usecases.ports import Stores

_YES = frozenset({"yes", "oui"})


def run(command: Run) -> Exit:
    """Ask, then erase the files and the entries of the keyring of this OS user."""
    unsent = _count_unsent(command.stores)
    if not command.options.yes:
        _ask(unsent)
    command.gateways.network.delete_proxy_account()
    command.stores.erase_everything()
    command.show({"forgotten": True, "unsent": unsent}, lines=["everything is erased"])
    return Exit.DONE


def _count_unsent(stores: Stores) -> int:
    return sum(entry.status is not OutboxStatus.SENT for entry in outbox.entries(stores))


def _ask(unsent: int) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput([Problem("yes", "FIELD_REQUIRED")])
    lost = f" {unsent} that wait to be sent are lost." if unsent else ""
    terminal.complain(f"everything of this account on this machine is erased for good.{lost} Go on? [yes/no]")
    if sys.stdin.readline().strip().lower() not in _YES:
        raise InvalidInput([Problem("yes", "GIVEN_UP")])
