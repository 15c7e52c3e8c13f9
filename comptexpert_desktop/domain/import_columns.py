"""The columns of an import, and the headings under which people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.name_search import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("grantee", "service", "rights", "firm", "valid_from", "valid_until", "reason")
"""As the server names them."""
SEEN = "seen"
"""What the server's preview said of a line; nobody writes it in a file."""
NEEDED = ("grantee", "service", "rights")
HEADINGS = {
    "grantee": "Identifiant ou courriel",
    "service": "Service",
    "rights": "Droits",
    "firm": "SIREN",
    "valid_from": "Début",
    "valid_until": "Fin",
    "reason": "Motif",
}
"""As a model of the file writes them."""
_ALSO = {
    "grantee": ("identifiant", "courriel", "e-mail", "email", "adresse", "compte", "délégataire", "collaborateur"),
    "service": ("services", "site"),
    "rights": ("droit",),
    "firm": ("SIREN du cabinet", "cabinet SIREN"),
    "valid_from": ("date de début", "du", "depuis", "à partir du"),
    "valid_until": ("date de fin", "au", "jusqu’au", "échéance"),
    "reason": ("motifs", "raison"),
}
_KNOWN = {
    " ".join(fold(heading.replace("_", " "))): column
    for column in COLUMNS
    for heading in (column, HEADINGS[column], *_ALSO[column])
}


def named(headings: Sequence[str]) -> list[str] | tuple[str, tuple[str, ...]]:
    """Give the column of each heading, nothing for one that means nothing; or the fault: a code and headings."""
    columns = [_KNOWN.get(" ".join(fold(heading.replace("_", " "))), "") for heading in headings]
    twice = [HEADINGS[column] for column in COLUMNS if columns.count(column) > 1]
    if twice:
        return "TWICE", tuple(twice)
    missing = [HEADINGS[column] for column in NEEDED if column not in columns]
    return ("COLUMNS", tuple(missing)) if missing else columns
