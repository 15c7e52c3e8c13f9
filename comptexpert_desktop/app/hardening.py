"""What a process that holds keys gives away by default, and must not: its memory, and whom it trusts."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.lazy_import import lazy

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    import ctypes
else:
    ctypes = lazy("ctypes")  # Linux alone needs it: a pipe that takes images ignores the limit

AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables by which OpenSSL takes other authorities than the system's, without a word to anybody."""

_PR_SET_DUMPABLE = 4
_DONE: list[str] = []


def harden() -> None:
    """Leave no image of the memory behind after a crash, and trust the system's authorities and `ca_file` alone."""
    _DONE[:] = [name for name in AUTHORITIES if os.environ.pop(name, None) is not None]
    if sys.platform != "win32":  # Windows Error Reporting keeps no heap by default
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def ignored() -> tuple[str, ...]:
    """Return the variables that named other authorities and were not heard."""
    return tuple(_DONE)
