"""The answer to an import, read into the domain's words; raises KeyError, TypeError or ValueError on anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import flag, items, number, read_delegation, text
from comptexpert_desktop.domain.importing import ImportAnswer, LineAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST = 2
"""The server counts the headings as line 1."""


def read_import(document: Mapping[str, Any]) -> ImportAnswer:
    """Read the answer to an import or to its dry run."""
    return ImportAnswer(flag(document["applied"]), tuple(_read_line(line) for line in items(document["lines"])))


def _read_line(document: Mapping[str, Any]) -> LineAnswer:
    given = document.get("delegation")
    return LineAnswer(
        place=_place(document["line"]),
        code=text(document.get("code")),
        delegation=None if given is None else read_delegation(given),
        data=dict(document.get("problem") or {}),
        seen=text(document.get("seen")),
    )


def _place(line: object) -> int:
    place = number(line) - _FIRST
    if place < 0:
        raise ValueError("line")
    return place
