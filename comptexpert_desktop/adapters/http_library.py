"""httpx without what it imports beside itself where that happens to be installed.

Its command line (click, rich, pygments) and the other way of waiting (trio, anyio) take longer to import than all the
rest, and are never used here: our calls are made on threads. Every module of ours takes httpx from here. See
docs/adr/0079.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UNUSED", "httpx"]

UNUSED = ("anyio", "click", "pygments", "rich", "trio")


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


with absent(*UNUSED):
    import httpcore  # noqa: F401  (httpx would import it at its first call)
    import httpx
