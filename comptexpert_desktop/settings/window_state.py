"""How a person left the window: its size and place, its columns, its splits, its orders; kept beside the settings.

It is a convenience: a file that cannot be read or written changes nothing but that.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "window.json"
MAX_BYTES = 64 * 1024
"""A file that is larger was not written by this program."""


class WindowState:
    """Texts by name, read once and written when the window closes; without a folder they live in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = None if folder is None else folder / FILE_NAME
        self._values = _read(self._path)
        self._written = dict(self._values)

    def get(self, name: str) -> str:
        """Return what was kept under a name; empty when nothing was."""
        return self._values.get(name, "")

    def put(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        self._values[name] = value

    def write(self) -> None:
        """Write what changed, whole or not at all."""
        if self._path is None or self._values == self._written:
            return
        part = self._path.with_suffix(".part")
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(self._values, stream, ensure_ascii=False, indent=1, sort_keys=True)
            part.replace(self._path)
            self._written = dict(self._values)


def _read(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open("rb") as stream:
            document = json.loads(stream.read(MAX_BYTES + 1)[:MAX_BYTES])
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: value for name, value in document.items() if isinstance(value, str)}
