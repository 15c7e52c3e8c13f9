"""httpx without what it imports beside itself where that happens to be installed.

Its command line (click, rich, pygments) and the other way of waiting (trio, anyio) take longer to import than all the
rest, and are never used here: our calls are made on threads. Import this module before httpx. See docs/adr/0079.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNUSED = ("anyio", "click", "pygments", "rich", "trio")
LIBRARIES = ("httpx", "httpcore")


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Let these modules look as if they were not installed; those that are there already stay."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is Python's own mark for "not there"
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


def load() -> None:
    """Import the libraries, unless somebody did already."""
    with absent(*UNUSED):
        for library in LIBRARIES:
            import_module(library)


load()
