"""A table to hand over, before it is a file: named columns, and cells that stay texts, numbers and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | date | datetime | None

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK = "'"
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how wide the column is beside the others."""

    name: str
    share: int = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title; `about` says in a sentence what it holds and since when."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    about: str = ""


def writable(text: str) -> str:
    """Return a text that every encoding of files can hold: half of a letter becomes the sign of a missing one."""
    return _HALVES.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a text without the controls that no title of a file may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in writable(text))


def starts_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run this text when it opens a table of plain text."""
    return text.startswith(_STARTS_A_FORMULA)


def safe(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula; `unsafe` gives the text back."""
    return f"{_MARK}{text}" if starts_a_formula(text) or text.startswith(_MARK) else text


def unsafe(text: str) -> str:
    """Give back what `safe` was given."""
    return text.removeprefix(_MARK)
