"""Reading a registry file line by line, whatever program wrote it: JSON lines or CSV, in its encoding."""

from __future__ import annotations

import codecs
import csv
import json
import re
from typing import TYPE_CHECKING, Any

from comptexpert_server.registry.import_lines import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Raw = dict[Any, Any]

DELIMITERS = (";", ",", "\t", "|")
TABLES = (".csv", ".tsv")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ACCENTED_UTF8 = re.compile(rb"[\xc3-\xcf][\x80-\xbf]")
"""A letter of Latin, Greek or Cyrillic in UTF-8: a file that holds one is no cp1252."""


class UnreadableFileError(Exception):
    """The file cannot be read; the code says why, the line where."""

    def __init__(self, code: str, *, line: int = 1) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


def raw_lines(path: Path) -> Iterator[tuple[int, Raw | None]]:
    """Give each line with its place; None stands for a line that is neither JSON nor a row."""
    encoding = _encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            if path.suffix.lower() in TABLES:
                yield from _rows(file)
            else:
                for place, text in enumerate(file, 1):
                    if text.strip():
                        yield place, _json_object(text)
    except UnicodeError:
        raise UnreadableFileError("ENCODING") from None


def _encoding_of(path: Path) -> str:
    """Tell how a file is written: what its mark says, UTF-8, or what Windows wrote before."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        file.seek(0)
        wrong, has_utf8 = 0, False
        for place, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                wrong = wrong or place
            has_utf8 = has_utf8 or _ACCENTED_UTF8.search(line) is not None
    if not wrong:
        return "utf-8"
    if has_utf8:
        raise UnreadableFileError("ENCODING", line=wrong)  # two encodings in one file: neither reads it right
    return "cp1252"


def _rows(file: Iterator[str]) -> Iterator[tuple[int, Raw | None]]:
    """Read a table; the first line names the columns and shows what stands between them."""
    head = next(file, "")
    delimiter = max(DELIMITERS, key=lambda one: len(COLUMNS & set(_names(head, delimiter=one))))
    columns = _names(head, delimiter=delimiter)
    if head.strip() and (set(columns) != COLUMNS or len(columns) != len(COLUMNS)):
        raise UnreadableFileError("COLUMNS")
    reader = csv.DictReader(file, fieldnames=columns, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            yield reader.line_num + 2, None  # `line_num` is that of the last sound row, without the head
            return  # where a quote is open, nobody knows where the next row begins
        if row is None:
            return
        if any(value for value in row.values()):
            yield reader.line_num + 1, row


def _names(head: str, *, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _json_object(text: str) -> Raw | None:
    try:
        found = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a member twice: which of the two is meant cannot be told."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands there twice")
    return found
