"""What SQLite writes to a disk, when it asks to be sure of it, and what a power cut may leave of it.

SQLite is watched from inside: its own layer to the operating system is asked to name each write, each cut of a file and
each `fsync`. Before the first `fsync` after a write, any of its sectors may have reached the disk, in any order; what
was acknowledged, and when, is noted between the writes.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

SECTOR: Final = 512
WRITE, CUT, SYNC, DELETE, ACKNOWLEDGE = "write", "cut", "sync", "delete", "acknowledge"
_IS_OF_A_DATABASE: Final = 0x00000100 | 0x00000800 | 0x00080000
"""SQLITE_OPEN_MAIN_DB, _MAIN_JOURNAL and _WAL: the others hold nothing that outlives a connection."""
_NAME: Final = b"recorded"
_METHODS: Final = 19
"""How many words the table of the methods of a file has: https://www.sqlite.org/c3ref/io_methods.html."""
_AT_WRITE, _AT_CUT, _AT_SYNC = 3, 4, 5


class Event(NamedTuple):
    """One thing that happened to a file, or was acknowledged to somebody."""

    kind: str
    path: str = ""
    at: int = 0
    content: bytes = b""


class Image(NamedTuple):
    """What a disk has when the power comes back, and how much had been acknowledged when it went."""

    files: dict[str, bytes]
    acknowledged: int


class RecordedDisk:
    """The files of databases, from before the first write to after the last."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.start: dict[str, bytes] = {}
        """What each file held when it was first opened."""

    def acknowledge(self) -> None:
        """Note that somebody was told that a write holds."""
        self.events.append(Event(ACKNOWLEDGE))

    def images(self, number: int, *, chance: random.Random, since: int = 0) -> Iterator[tuple[int, Image]]:
        """Yield what so many power cuts leave, the earliest first, and before which event each comes."""
        moments = sorted(chance.randint(since, len(self.events)) for _ in range(number))
        disk = _Disk(self.start)
        done = 0
        for moment in moments:
            for event in self.events[done:moment]:
                disk.take(event)
            done = moment
            yield moment, disk.image(chance)


@contextmanager
def recorded_disk() -> Iterator[RecordedDisk]:
    """Record every database that is opened inside the block."""
    disk = RecordedDisk()
    layer = _Layer(disk)
    layer.register()
    try:
        yield disk
    finally:
        layer.unregister()


def is_recordable() -> bool:
    """Tell whether SQLite is a library of its own here, which can be asked; some builds hold it inside Python."""
    return _library() is not None


class _Disk:
    """What is sure to be on a disk, and what is on its way."""

    def __init__(self, start: dict[str, bytes]) -> None:
        self._sure = {path: bytearray(content) for path, content in start.items()}
        self._pending: dict[str, list[Event]] = {}
        self._named: set[str] = set(start)
        """Files whose name is sure to be in its folder."""
        self._acknowledged = 0

    def take(self, event: Event) -> None:
        if event.kind == ACKNOWLEDGE:
            self._acknowledged += 1
        elif event.kind == SYNC:
            self._settle(event.path)
        else:
            self._pending.setdefault(event.path, []).append(event)
            if event.kind == DELETE:
                self._named.discard(event.path)

    def image(self, chance: random.Random) -> Image:
        return Image(_torn(self._sure, self._pending, chance=chance), self._acknowledged)

    def _settle(self, path: str) -> None:
        for event in self._pending.pop(path, []):
            _apply(self._sure, event)
        if path in self._named:
            return
        self._named.add(path)  # the first time, SQLite asks to be sure of the folder too, and so of what left it
        for gone in [other for other, events in self._pending.items() if events[-1].kind == DELETE]:
            for event in self._pending.pop(gone):
                _apply(self._sure, event)


def _apply(files: dict[str, bytearray], event: Event) -> None:
    if event.kind == DELETE:
        files.pop(event.path, None)
        return
    content = files.setdefault(event.path, bytearray())
    if event.kind == CUT:
        del content[event.at :]
        return
    if len(content) < event.at:
        content.extend(bytes(event.at - len(content)))
    content[event.at : event.at + len(event.content)] = event.content


def _torn(sure: dict[str, bytearray], pending: dict[str, list[Event]], *, chance: random.Random) -> dict[str, bytes]:
    """Let some of what nobody was sure of reach the disk."""
    files = dict(sure)
    for path, events in pending.items():
        if path in files:
            files[path] = bytearray(files[path])
        share = chance.choice([0.0, 0.5, 0.5, 0.9, 1.0])
        for event in events:
            if event.kind == WRITE:
                for piece in _sectors(event):
                    if chance.random() < share:
                        _apply(files, piece)
            elif chance.random() < share:
                _apply(files, event)
    return {path: bytes(content) for path, content in files.items()}


def _sectors(event: Event) -> Iterator[Event]:
    """Split a write where the sectors of the disk end."""
    at, content = event.at, event.content
    while content:
        length = SECTOR - at % SECTOR
        yield Event(WRITE, event.path, at, content[:length])
        at, content = at + length, content[length:]


class _File(ctypes.Structure):
    """An open file of SQLite: what it can do stands in a table."""

    _fields_ = (("methods", ctypes.c_void_p),)


class _Vfs(ctypes.Structure):
    """SQLite's layer to the operating system: https://www.sqlite.org/c3ref/vfs.html."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("max_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 14),
    )


_FILE_P = ctypes.POINTER(_File)
_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, _FILE_P, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
_OPEN_RAW = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, _FILE_P, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _FILE_P, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_CUT = ctypes.CFUNCTYPE(ctypes.c_int, _FILE_P, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _FILE_P, ctypes.c_int)


class _Layer:
    """SQLite's own layer, which tells what passes through it."""

    def __init__(self, disk: RecordedDisk) -> None:
        self._disk = disk
        library = _library()
        assert library is not None
        self._library = library
        self._under = ctypes.cast(library.sqlite3_vfs_find(None), ctypes.POINTER(_Vfs))
        self._vfs = _Vfs.from_buffer_copy(self._under.contents)
        self._paths: dict[int, str] = {}
        self._tables: dict[int, ctypes.Array[ctypes.c_void_p]] = {}
        """The table of methods that stands in for each of SQLite's."""
        self._open_under = _OPEN_RAW(self._vfs.open)
        self._delete_under = _DELETE(self._vfs.delete)
        self._opens, self._deletes = _OPEN_RAW(self._open), _DELETE(self._delete)
        self._kept: list[object] = []
        """Functions that SQLite calls: Python must not forget them."""
        self._vfs.name = _NAME
        self._vfs.next = None
        self._vfs.open = ctypes.cast(self._opens, ctypes.c_void_p)
        self._vfs.delete = ctypes.cast(self._deletes, ctypes.c_void_p)

    def register(self) -> None:
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)

    def unregister(self) -> None:
        self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))

    def _open(self, _vfs: int, name: int, file: ctypes._Pointer[_File], flags: int, out: object) -> int:
        done = self._open_under(ctypes.addressof(self._under.contents), name, file, flags, out)
        if done == 0 and name and flags & _IS_OF_A_DATABASE:
            path = os.fsdecode(ctypes.string_at(name))
            self._paths[ctypes.addressof(file.contents)] = path
            if path not in self._disk.start and not any(one.path == path for one in self._disk.events):
                content = Path(path).read_bytes()
                if content:
                    self._disk.start[path] = content
            file.contents.methods = ctypes.addressof(self._table_of(file.contents.methods))
        return int(done)

    def _delete(self, _vfs: int, name: bytes, sync_folder: int) -> int:
        done = self._delete_under(ctypes.addressof(self._under.contents), name, sync_folder)
        if done == 0:
            path = os.fsdecode(name)
            self._disk.events.append(Event(DELETE, path))
            if sync_folder:
                self._disk.events.append(Event(SYNC, path))
        return int(done)

    def _table_of(self, methods: int) -> ctypes.Array[ctypes.c_void_p]:
        """Return the table that stands in for one of SQLite's, the same for every file that has it."""
        if methods not in self._tables:
            table = (ctypes.c_void_p * _METHODS).from_buffer_copy((ctypes.c_void_p * _METHODS).from_address(methods))
            write, cut, sync = _WRITE(table[_AT_WRITE]), _CUT(table[_AT_CUT]), _SYNC(table[_AT_SYNC])

            def on_write(file: ctypes._Pointer[_File], content: int, length: int, at: int) -> int:
                self._note(file, WRITE, at=at, content=ctypes.string_at(content, length))
                return int(write(file, content, length, at))

            def on_cut(file: ctypes._Pointer[_File], size: int) -> int:
                self._note(file, CUT, at=size)
                return int(cut(file, size))

            def on_sync(file: ctypes._Pointer[_File], flags: int) -> int:
                done = int(sync(file, flags))
                self._note(file, SYNC)
                return done

            for rank, function in ((_AT_WRITE, _WRITE(on_write)), (_AT_CUT, _CUT(on_cut)), (_AT_SYNC, _SYNC(on_sync))):
                self._kept.append(function)
                table[rank] = ctypes.cast(function, ctypes.c_void_p).value
            self._tables[methods] = table
        return self._tables[methods]

    def _note(self, file: ctypes._Pointer[_File], kind: str, *, at: int = 0, content: bytes = b"") -> None:
        self._disk.events.append(Event(kind, self._paths[ctypes.addressof(file.contents)], at, content))


def _library() -> ctypes.CDLL | None:
    """Return the library that Python's sqlite3 uses, where it is one of its own."""
    import sqlite3  # noqa: F401 - loaded, so that it is found among what this process has loaded

    try:
        loaded = Path("/proc/self/maps").read_text(encoding="utf-8")
    except OSError:
        return None
    found = next((line.split(maxsplit=5)[5] for line in loaded.splitlines() if "/libsqlite3." in line), "")
    if not found:
        return None
    library = ctypes.CDLL(found)
    library.sqlite3_vfs_find.restype = ctypes.c_void_p
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    return library
