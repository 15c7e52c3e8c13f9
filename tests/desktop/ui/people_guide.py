"""Draw the pictures of the guides for people, offscreen: `python -m tests.desktop.ui.people_guide docs/guide/images`."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.destinations import DELEGATIONS, OUTBOX, RIGHTS, Destination, NewRequest
from comptexpert_desktop.ui.look import theme
from tests.desktop.ui import kit
from tests.desktop.ui.guide import save, wait
from tests.desktop.ui.ten_jobs import FIRMS, LOW, Desk

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (1320, 680)
PEOPLE = (("Lou", "Marchetti"), ("Karim", "Leroux"), ("Nora", "Petit"), ("Hugo", "Tanguy"))
RIGHTS_OF = (("jesignexpert", ("sign",)), ("jesignexpert", ("prepare", "seal")), ("jefacture", ("access",)))


def people():
    """Make some rights and requests of one cabinet."""
    for number in range(1, 11):
        given, surname = PEOPLE[number % 4]
        service, rights = RIGHTS_OF[number % 3]
        who = replace(kit.STAFF, account_id=f"acc-{number % 4}", given_name=given, surname=surname)
        how = {"service": service, "rights": rights, "grantee": who, "firm": FIRMS[0]}
        if number % 3 == 0:
            yield kit.delegation(number, **how)
        else:
            lacks = ("DEL_CERT_REQUIRED",) if number == 7 else ()
            yield kit.active(number, **how, effective=not lacks, missing=lacks)


def desk(folder: Path, *, may_grant: bool = True) -> Desk:
    """Show the window at the size of a picture."""
    made = Desk(folder)
    made.window.resize(*SIZE)
    made.begin(*people(), may_grant=may_grant)
    return made


def list_and_case(folder: Path) -> Desk:
    made = desk(folder)
    made.window.open(Destination(DELEGATIONS))
    return made


def board(folder: Path) -> Desk:
    made = desk(folder)
    made.window.open(Destination(RIGHTS))
    return made


def two_lists(folder: Path) -> Desk:
    made = Desk(folder)
    made.window.resize(*SIZE)
    made.begin(*people())
    states = (
        (Kind.REVOKE, OutboxStatus.QUEUED),
        (Kind.APPROVE, OutboxStatus.SENT),
        (Kind.GRANT, OutboxStatus.SENT),
    )
    stores = made.stores()
    for number, (kind, status) in enumerate(states, start=1):
        given, surname = PEOPLE[number]
        entry = kit.entry(
            number, kind=kind, subject=f"jesignexpert · {given} {surname.upper()}", delegation_id=f"del-{number:06}"
        )
        created = made.now - timedelta(minutes=number)
        assert stores.account is not None
        outbox_store.add(stores.account, kit.a_command(entry), outbox_id=entry.id, subject=entry.subject, now=created)
        outbox_store.mark(stores.account, outbox_id=entry.id, status=status)
    stores.close()
    made.window.open(Destination(OUTBOX))
    return made


def request(folder: Path) -> Desk:
    made = Desk(folder)
    made.window.resize(*SIZE)
    made.begin(kit.delegation(1, **LOW, status=Status.PENDING), may_grant=False)
    made.window.open(NewRequest())
    return made


DRAWINGS: dict[str, Callable[[Path], Desk]] = {
    "delegations": list_and_case,
    "qui-peut": board,
    "boite-d-envoi": two_lists,
    "demander": request,
}


def main(folder: Path) -> None:
    """Draw every picture."""
    application = QApplication.instance() or QApplication(["guide", *theme.STYLE])
    theme.apply(application, theme.Scheme.LIGHT)
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        with tempfile.TemporaryDirectory() as kept:
            made = draw(Path(kept))
            wait(1500)
            save(made.window, folder / f"{name}.png")
            made.close()
            wait(50)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
