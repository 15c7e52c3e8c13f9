"""The window on the embedded server under Python's debugger: `python -m tests.debugger`, for `dev.py debug`.

It stops at `breakpoint()` and where nothing catches an exception, in a slot and in a thread too: Qt goes on after an
exception of a slot, so that `pdb` around the program never sees one. `q` ends the program in good order.
"""

from __future__ import annotations

import pdb  # noqa: T100 - what this module is for
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

from comptexpert_desktop.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Debugger(pdb.Pdb):
    """Python's debugger, whose `q` ends the event loop too."""

    def set_quit(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)
        super().set_quit()


def run(program: Callable[[], int]) -> int:
    """Run a program that stops in the debugger; return its exit status, 0 when it was left with `q`."""
    sys.breakpointhook = _stop
    sys.excepthook = _look
    threading.excepthook = _look_in_thread
    try:
        return program()
    except pdb.bdb.BdbQuit:
        return 0


def _stop() -> None:
    Debugger().set_trace(sys._getframe(1))


def _look(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Look at an exception that nothing caught, where it was raised."""
    if issubclass(kind, (pdb.bdb.BdbQuit, KeyboardInterrupt)):
        return
    sys.__excepthook__(kind, error, trace)
    if trace is not None:
        debugger = Debugger()
        debugger.reset()
        debugger.interaction(None, trace)


def _look_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _look(args.exc_type, args.exc_value, args.exc_traceback)


if __name__ == "__main__":
    sys.exit(run(lambda: main(["demo", *sys.argv[1:]])))
