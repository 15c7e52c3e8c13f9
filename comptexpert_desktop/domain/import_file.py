"""A table of people, services and dates, read before anything is sent: columns, lines, and what is wrong with each.

What a spreadsheet writes is taken as it comes: UTF-8 with or without its mark, UTF-16, or the Windows letters;
semicolons, commas or tabs; French or English headings; codes or names of services; days as 31/12/2026 or 2026-12-31.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.import_cells import LineFault, Wrong, understood
from comptexpert_desktop.domain.import_columns import COLUMNS, NEEDED, SEEN, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from comptexpert_desktop.domain.catalogue import Catalogue

MAX_LINES = 5_000
"""Of one file."""
PART = 500
"""Lines that the server takes in one call; a longer table leaves in parts, and is granted whole or not at all."""
MAX_BYTES = 20_000_000

_DELIMITERS = (";", ",", "\t")
_SAYS_DELIMITER = "sep="
"""The first line by which a spreadsheet tells another how cells are separated."""
ZIPPED = b"PK\x03\x04"
"""How a workbook begins; it is unpacked before it is read as a table."""
_NOT_TEXT = (ZIPPED, b"\xd0\xcf\x11\xe0", b"%PDF")


@dataclass(frozen=True, slots=True)
class FileFault:
    """Why a whole file cannot be read: a code, the line when there is one, the columns it is about."""

    code: str
    """EMPTY, NOT_TEXT, TOO_LARGE, TOO_LONG, COLUMNS, TWICE, BROKEN."""
    line: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One line of the file, counted as an editor counts them; `cells` are as the server takes them."""

    line: int
    cells: Mapping[str, str]
    given: Mapping[str, str]
    """As they were written."""
    fault: LineFault | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The person, the service and the rights as they were written."""
        return tuple(self.given.get(column, "") for column in NEEDED)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that could be read."""

    lines: tuple[ImportLine, ...]
    letters: str
    """`utf-8`, `utf-16` or `windows-1252`: how the letters were read."""
    left_out: tuple[str, ...] = ()
    """Headings that mean nothing here."""

    @property
    def sound(self) -> tuple[ImportLine, ...]:
        """The lines that the server may be asked about."""
        return tuple(line for line in self.lines if line.fault is None)


class _Unreadable(Exception):
    """The whole file cannot be read, with its fault."""

    def __init__(self, code: str, *, line: int = 0, names: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.fault = FileFault(code, line, names)


def read(content: bytes, *, catalogue: Catalogue | None) -> ImportFile | FileFault:
    """Read a file; what cannot be read at all is said as a FileFault."""
    try:
        return _read(content, catalogue=catalogue)
    except _Unreadable as error:
        return error.fault


def _read(content: bytes, *, catalogue: Catalogue | None) -> ImportFile:
    text, letters = _decoded(content)
    rows = _rows(text)
    first, headings = next(rows, (0, []))
    columns = named(headings)
    if isinstance(columns, tuple):
        code, names = columns
        raise _Unreadable(code, line=first, names=names) if headings else _Unreadable("EMPTY")
    lines: list[ImportLine] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        if len(lines) == MAX_LINES:
            raise _Unreadable("TOO_LONG", line=number)
        lines.append(_line(number, row, columns=columns, catalogue=catalogue, seen=seen))
    if not lines:
        raise _Unreadable("EMPTY")
    left_out = tuple(name for name, column in zip(headings, columns, strict=True) if not column and name.strip())
    return ImportFile(tuple(lines), letters, left_out)


def as_table(lines: Sequence[ImportLine], *, seen: Sequence[str] = ()) -> str:
    """Write lines as the server takes them; `seen` is what its preview said of each, when it said it of all."""
    rows = [[line.cells.get(column, "") for column in COLUMNS] for line in lines]
    if not seen or not all(seen):
        return _written([COLUMNS, *rows])
    return _written([(*COLUMNS, SEEN), *([*row, one] for row, one in zip(rows, seen, strict=True))])


def in_parts(table: str) -> list[str]:
    """Split a table as the server takes it: each part with the headings, always at the same lines."""
    headings, *rows = csv.reader(io.StringIO(table, newline=""))
    if len(rows) <= PART:
        return [table]
    return [_written([headings, *rows[first : first + PART]]) for first in range(0, len(rows), PART)]


def _written(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _decoded(content: bytes) -> tuple[str, str]:
    if len(content) > MAX_BYTES:
        raise _Unreadable("TOO_LARGE")
    if content.startswith(_NOT_TEXT):
        raise _Unreadable("NOT_TEXT")
    letters = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(letters)
    except UnicodeDecodeError:
        if letters == "utf-16":
            raise _Unreadable("NOT_TEXT") from None
        text, letters = content.decode("windows-1252", errors="replace"), "windows-1252"
    if "\x00" in text:
        raise _Unreadable("NOT_TEXT")
    return text, letters.removesuffix("-sig")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that holds something, with the line where it begins; the headings first."""
    head = text.lstrip().partition("\n")[0].strip()
    said = head[len(_SAYS_DELIMITER) :] if head.lower().startswith(_SAYS_DELIMITER) else ""
    delimiter = said or max(_DELIMITERS, key=head.count)
    if delimiter not in _DELIMITERS:
        raise _Unreadable("BROKEN", line=1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            raise _Unreadable("BROKEN", line=begins) from None
        if row is None:
            return
        is_said = said and "".join(row).lower().strip().startswith(_SAYS_DELIMITER)
        if any(cell.strip() for cell in row) and not is_said:
            yield begins, row
        begins = reader.line_num + 1


def _line(
    number: int,
    row: list[str],
    *,
    columns: Sequence[str],
    catalogue: Catalogue | None,
    seen: dict[tuple[str, ...], int],
) -> ImportLine:
    given = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column and cell.strip()}
    try:
        if any(cell.strip() for cell in row[len(columns) :]):
            raise Wrong("", "CELLS")  # noqa: TRY301 - one way to say what is wrong
        cells = understood(given, catalogue=catalogue)
        same = (cells["grantee"].lower(), cells["service"], cells.get("firm", ""))
        if seen.setdefault(same, number) != number:
            raise Wrong("grantee", "REPEATED", str(seen[same]))  # noqa: TRY301 - as above
    except Wrong as wrong:
        return ImportLine(number, given, given, wrong.fault)
    return ImportLine(number, cells, given)
