"""What is printed of a bug that nothing caught: its type and where it happened, never what it held.

The message of an exception, and that of the one below it, may quote a token, an address or a date of birth.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_LISTENERS: list[Callable[[str], object]] = []
"""Who hears of a bug, beside the terminal: the log, once it is open."""


def install() -> None:
    """Take the place of Python's own words for exceptions that nobody caught, in every thread."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def also_tell(tell: Callable[[str], object] | None) -> None:
    """Have bugs told to the log as well, or no longer."""
    _LISTENERS[:] = [] if tell is None else [tell]


def words(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Describe an exception by its type and its frames."""
    lines = [f"comptexpert-desktop: {kind.__module__}.{kind.__qualname__}"]
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  at {code.co_filename}:{trace.tb_lineno} in {code.co_qualname}")
        trace = trace.tb_next
    return "\n".join(lines) + "\n"


def _uncaught(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _say(words(kind, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if not issubclass(args.exc_type, SystemExit):
        _say(words(args.exc_type, args.exc_traceback))


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    _say(words(args.exc_type, args.exc_traceback))


def _say(text: str) -> None:
    for tell in _LISTENERS:
        tell(text)
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(text)
