"""Read the rows of an SQLite file page by page, as far as each page is sound.

SQLite follows a tree from its root: one page that is gone hides all that lies under it. Here each page is read for
itself, as `.recover` of the SQLite shell does, so that what is lost is what the damaged pages held and nothing else.
The layout is that of https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Value = None | int | float | str | bytes
Row = tuple[Value, ...]

_MAGIC = b"SQLite format 3"
_HEADER = 100
_DEFAULT_PAGE = 4096
_PAGE_SIZES = frozenset(2**power for power in range(9, 17))
_LEAF_TABLE, _LEAF_INDEX, _INNER_INDEX = 0x0D, 0x0A, 0x02
_CELLS_AT = {_LEAF_TABLE: 8, _LEAF_INDEX: 8, _INNER_INDEX: 12}
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC = frozenset({0x377F0682, 0x377F0683})
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_REAL, _ZERO, _ONE, _FIRST_SIZED = 7, 8, 9, 12
_MORE = 0x80
"""The bit of a byte after which another one follows."""
_MAX_OVERFLOW = 10_000


def read_rows(path: Path) -> Iterator[Row]:
    """Yield every row that can be read, of tables without rowid and of indexes, in the order of the pages."""
    pages = _Pages(path)
    for number in sorted(pages.content):
        yield from pages.rows(number)


def read_image(path: Path) -> bytes:
    """Return a database as one piece, what its write-ahead log committed included; empty when it is none."""
    try:
        pages = _Pages(path)
    except OSError:
        return b""
    numbers = range(1, max(pages.content, default=0) + 1)
    image = bytearray().join(pages.content.get(number, bytes(pages.size)) for number in numbers)
    if image[:15] != _MAGIC:
        return b""
    image[18:20] = b"\x01\x01"  # no log: it is in the pages already
    return bytes(image)


class _Pages:
    """The pages of a file, with those of its write-ahead log laid over them."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes() if path.exists() else b""
        wal = path.with_name(path.name + "-wal")
        log = wal.read_bytes() if wal.exists() else b""
        self.size = _page_size(content, log)
        self._usable = self.size - _reserved(content)
        self.content = {
            at // self.size + 1: content[at : at + self.size]
            for at in range(0, len(content) - self.size + 1, self.size)
        }
        self.content.update(_committed(log, size=self.size))

    def rows(self, number: int) -> Iterator[Row]:
        """Yield the rows of one page; those that cannot be read are left out."""
        page = self.content[number]
        start = _HEADER if number == 1 else 0
        kind = page[start]
        if kind not in _CELLS_AT:
            return
        count = int.from_bytes(page[start + 3 : start + 5])
        pointers = start + _CELLS_AT[kind]
        for rank in range(count):
            at = int.from_bytes(page[pointers + 2 * rank : pointers + 2 * rank + 2])
            try:
                yield _record(self._payload(page, at, kind=kind))
            except (IndexError, KeyError, ValueError, struct.error):
                continue

    def _payload(self, page: bytes, at: int, *, kind: int) -> bytes:
        if kind == _INNER_INDEX:
            at += 4
        length, at = _varint(page, at)
        if kind == _LEAF_TABLE:
            _, at = _varint(page, at)
        here = self._kept_on_page(length, kind=kind)
        payload = page[at : at + here]
        following = int.from_bytes(page[at + here : at + here + 4]) if here < length else 0
        for _ in range(_MAX_OVERFLOW):
            if len(payload) >= length:
                return payload[:length]
            overflow = self.content[following]
            following = int.from_bytes(overflow[:4])
            payload += overflow[4 : self._usable]
        raise ValueError

    def _kept_on_page(self, length: int, *, kind: int) -> int:
        usable = self._usable
        maximum = usable - 35 if kind == _LEAF_TABLE else (usable - 12) * 64 // 255 - 23
        if length <= maximum:
            return length
        minimum = (usable - 12) * 32 // 255 - 23
        surplus = minimum + (length - minimum) % (usable - 4)
        return surplus if surplus <= maximum else minimum


def _page_size(content: bytes, log: bytes) -> int:
    """Return the size of a page, from whichever of the two headers is sound."""
    page_size = int.from_bytes(content[16:18])
    candidates = (65536 if page_size == 1 else page_size, int.from_bytes(log[8:12]))
    return next((size for size in candidates if size in _PAGE_SIZES), _DEFAULT_PAGE)


def _reserved(content: bytes) -> int:
    is_sound = content[:15] == _MAGIC
    return content[20] if is_sound else 0


def _committed(log: bytes, *, size: int) -> dict[int, bytes]:
    """Return the pages of a write-ahead log up to its last commit; a frame whose sum is wrong ends it."""
    if len(log) < _WAL_HEADER or int.from_bytes(log[:4]) not in _WAL_MAGIC:
        return {}
    order = ">" if int.from_bytes(log[:4]) & 1 else "<"
    salts = log[16:24]
    sums = _add(log[:24], (0, 0), order=order)
    pages: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    for at in range(_WAL_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        header, page = log[at : at + _FRAME_HEADER], log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        sums = _add(page, _add(header[:8], sums, order=order), order=order)
        if header[8:16] != salts or struct.unpack(">II", header[16:24]) != sums:
            break
        number, commits = struct.unpack(">II", header[:8])
        pending[number] = page
        if commits:
            pages.update(pending)
            pending = {}
    return pages


def _add(content: bytes, sums: tuple[int, int], *, order: str) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for rank in range(0, len(words), 2):
        first = (first + words[rank] + second) & 0xFFFFFFFF
        second = (second + words[rank + 1] + first) & 0xFFFFFFFF
    return first, second


def _record(payload: bytes) -> Row:
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind=kind)
        values.append(value)
    if at != len(payload):
        raise ValueError
    return tuple(values)


def _value(payload: bytes, at: int, *, kind: int) -> tuple[Value, int]:
    if kind in (_ZERO, _ONE):
        return kind - _ZERO, at
    if kind == 0:
        return None, at
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], signed=True), end
    if kind == _REAL:
        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind < _FIRST_SIZED:
        raise ValueError
    end = at + (kind - _FIRST_SIZED) // 2
    content = payload[at:end]
    return (content.decode() if kind % 2 else content), end


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = content[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & _MORE:
            return value, at
    return value << 8 | content[at], at + 1
