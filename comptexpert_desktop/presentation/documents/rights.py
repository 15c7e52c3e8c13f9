"""A delegation as a row of a table, as an end date of a calendar, as a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.table import Column
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.table import Cell
    from comptexpert_desktop.presentation.labels import Labels

COLUMNS = (
    Column("Personne", 3),
    Column("Identifiant", 2),
    Column("Cabinet", 3),
    Column("SIREN", 2),
    Column("Service", 2),
    Column("Droits", 3),
    Column("État", 2),
    Column("Début", 2),
    Column("Fin", 2),
    Column("Délégant", 3),
)


def cells(row: DelegationRow, *, labels: Labels) -> tuple[Cell, ...]:
    """Write one delegation as a row; what waits on this machine is in its state."""
    one = row.delegation
    return (
        one.grantee.display_name,
        one.grantee.login_id or one.grantee.email,
        one.firm.name,
        one.firm.siren,
        labels.service(one.service),
        labels.rights(one.service, one.rights),
        words.state(row).word,
        one.valid_from,
        one.valid_until,
        one.grantor.display_name,
    )


class Deadline(NamedTuple):
    """The last day of a delegation, as a calendar takes it."""

    last_day: date
    title: str
    text: str


def document(row: DelegationRow) -> str:
    """Write one delegation with its codes, as JSON; what waits on this machine is told apart."""
    intent = {"action": row.intent.action.value, "status": row.intent.status} if row.intent else None
    return json.dumps(codec.write(row.delegation) | {"not_transmitted": intent}, ensure_ascii=False)


def deadline(row: DelegationRow, *, labels: Labels) -> Deadline | None:
    """Name the end of a delegation, and say what ends; None when it has no end."""
    one = row.delegation
    if one.valid_until is None:
        return None
    person, service = one.grantee.display_name, labels.service(one.service)
    text = (
        f"Dernier jour de ces droits{wording.NBSP}: {labels.rights(one.service, one.rights)}.\n"
        f"Cabinet{wording.NBSP}: {one.firm.name}. Délégant{wording.NBSP}: {one.grantor.display_name}.\n"
        f"État{wording.NBSP}: {words.state(row).word}."
    )
    title = f"Fin de délégation{wording.NBSP}: {person} · {service}"
    return Deadline(one.valid_until, title, text)
