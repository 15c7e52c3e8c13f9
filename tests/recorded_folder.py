"""What a program does to the files of a folder, when it asks to be sure of it, and what a power cut may leave of it.

Names and contents are two things: a file's `fsync` says that its content is on the disk, that of its folder that its
name is. Before, a new name may be there or not, each on its own, and a file that has one may be empty.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    import pytest

NAME, REMOVE, CONTENT, FOLDER, ACKNOWLEDGE = "name", "remove", "content", "folder", "acknowledge"


class Event(NamedTuple):
    """One thing that happened below the folder, or was acknowledged to somebody."""

    kind: str
    path: Path = Path()
    file: int = 0
    """Which file it is, whatever its names; 0 is a folder."""
    content: bytes = b""
    left: Path | None = None
    """The name that a file loses by the same step."""


class RecordedFolder:
    """A folder, empty at first, and all that happened in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: list[Event] = []

    def acknowledge(self, said: str) -> None:
        """Note that somebody relies on what was done so far."""
        self.events.append(Event(ACKNOWLEDGE, content=said.encode()))

    def image(self, moment: int, *, into: Path, chance: random.Random) -> str:
        """Lay in an empty folder what a power cut before an event leaves; returns what was last acknowledged."""
        sure: dict[Path, int] = {}
        pending: list[Event] = []
        contents: dict[int, bytes] = {}
        said = ""
        for event in self.events[:moment]:
            if event.kind == ACKNOWLEDGE:
                said = event.content.decode()
            elif event.kind == CONTENT:
                contents[event.file] = event.content
            elif event.kind == FOLDER:
                for one in [one for one in pending if one.path.parent == event.path]:
                    _apply(sure, one)
                    pending.remove(one)
            else:
                pending.append(event)
        share = chance.choice([0.0, 0.5, 1.0])
        for event in pending:
            if chance.random() < share:
                _apply(sure, event)
        self._lay(sure, contents, into=into)
        return said

    def _lay(self, names: dict[Path, int], contents: dict[int, bytes], *, into: Path) -> None:
        """Write the files whose name, and every folder above, reached the disk."""
        for path, file in sorted(names.items(), key=lambda one: len(one[0].parts)):
            place = into / path.relative_to(self.root)
            if not place.parent.is_dir():
                continue
            if not file:
                place.mkdir()
                continue
            place.write_bytes(contents.get(file, b""))


@contextmanager
def recorded_folder(root: Path, patch: pytest.MonkeyPatch) -> Iterator[RecordedFolder]:
    """Record what this process does below a folder inside the block."""
    folder = RecordedFolder(root)
    recorder = _Recorder(folder)
    with patch.context() as inside:
        for name in ("open", "mkdir", "link", "replace", "rename", "unlink", "fsync"):
            inside.setattr(os, name, getattr(recorder, name)(getattr(os, name)))
        yield folder


def _apply(names: dict[Path, int], event: Event) -> None:
    if event.kind == REMOVE:
        names.pop(event.path, None)
        return
    names[event.path] = event.file
    if event.left is not None:
        names.pop(event.left, None)


class _Recorder:
    """Stands in for the functions of `os` that change names, or make sure of something."""

    def __init__(self, folder: RecordedFolder) -> None:
        self._folder = folder
        self._files: dict[Path, int] = {}

    def open(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
            is_new = bool(flags & os.O_CREAT) and not os.path.lexists(path)
            descriptor = real(path, flags, *arguments, **options)
            if is_new and self._is_inside(path):
                self._name(Path(path), len(self._files) + len(self._folder.events) + 1)
            return descriptor

        return opened

    def mkdir(self, real: Callable[..., None]) -> Callable[..., None]:
        def made(path: Any, *arguments: Any, **options: Any) -> None:
            real(path, *arguments, **options)
            if self._is_inside(path):
                self._folder.events.append(Event(NAME, Path(path)))

        return made

    def link(self, real: Callable[..., None]) -> Callable[..., None]:
        def linked(source: Any, target: Any, **options: Any) -> None:
            real(source, target, **options)
            if self._is_inside(target):
                self._name(Path(target), self._files[Path(source)])

        return linked

    def replace(self, real: Callable[..., None]) -> Callable[..., None]:
        def replaced(source: Any, target: Any, **options: Any) -> None:
            real(source, target, **options)
            if self._is_inside(target):
                self._name(Path(target), self._files.pop(Path(source)), left=Path(source))

        return replaced

    rename = replace

    def unlink(self, real: Callable[..., None]) -> Callable[..., None]:
        def unlinked(path: Any, **options: Any) -> None:
            real(path, **options)
            if self._is_inside(path):
                self._files.pop(Path(path), None)
                self._folder.events.append(Event(REMOVE, Path(path)))

        return unlinked

    def fsync(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def synced(descriptor: int) -> None:
            real(descriptor)
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            if path.is_dir():
                self._folder.events.append(Event(FOLDER, path))
            elif path in self._files:
                self._folder.events.append(Event(CONTENT, path, self._files[path], path.read_bytes()))

        return synced

    def _is_inside(self, path: Any) -> bool:
        return Path(path).is_relative_to(self._folder.root)

    def _name(self, path: Path, file: int, *, left: Path | None = None) -> None:
        self._files[path] = file
        self._folder.events.append(Event(NAME, path, file, left=left))
