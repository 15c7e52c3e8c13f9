"""The tables that an import hands back: a model to fill in, and the lines to correct with the reason of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.import_columns import COLUMNS, HEADINGS
from comptexpert_desktop.domain.importing import Verdict
from comptexpert_desktop.domain.table import Column, Sheet
from comptexpert_desktop.presentation.importing import words
from comptexpert_desktop.usecases.documents import table_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.domain.table import Cell

MODEL_NAME = "modele-delegations.csv"
_HEADINGS = tuple(Column(HEADINGS[column]) for column in COLUMNS)
_LINE, _REASON = Column("Ligne"), Column("À corriger")


def model(*, siren: str, today: date) -> bytes:
    """Write the headings and one line as an example, which names nobody."""
    start, end = _written(today), _written(today.replace(month=12, day=31))
    example = ("prenom.nom", "Jesignexpert", "Préparer un document à signer", siren, start, end, "Missions de paie")
    return table_text.content(Sheet("Modèle", _HEADINGS, [example]))


def to_correct(lines: Sequence[Checked]) -> bytes:
    """Write the refused lines as the file had them, with the reason of each; the table can be imported again."""
    rows: list[tuple[Cell, ...]] = [
        (*(one.line.given.get(column, "") for column in COLUMNS), one.line.line, words.line(one).detail)
        for one in lines
        if one.verdict is Verdict.REFUSED
    ]
    return table_text.content(Sheet("À corriger", (*_HEADINGS, _LINE, _REASON), rows))


def _written(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"
