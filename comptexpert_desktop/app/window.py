"""Build the window and show it: the first frame first, everything else after it."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.app import single

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.app.life import Life
    from comptexpert_desktop.app.running import RunningApp  # noqa: TC004  a name that annotations elsewhere use
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.main_window import MainWindow

__all__ = ["RunningApp", "build", "run"]


def build(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> RunningApp:
    """Build the application without showing it; tests and the rehearsal drive what it returns.

    Nothing is collected until the first frame: the binding makes thousands of objects that all stay.
    """
    gc.disable()
    # Imported once nothing is collected any more.
    from comptexpert_desktop.app import running  # noqa: PLC0415

    return running.RunningApp(running.dressed(settings), settings=settings, clock=clock or _now)


def run(settings: Settings, *, address: str = "", is_unseen: bool = False) -> int:
    """Show the window until the person closes it; a second start brings the first one's window forward, and ends.

    `is_unseen` starts in the notification area, or minimised where there is none.
    """
    seat = single.Seat(settings.data_dir)
    asked = single.Request(address, single.token_of(os.environ))
    if not seat.take() and (is_unseen or seat.ask(asked)):
        return 0
    running = build(settings)
    lives: list[Life] = []
    begin = partial(_live, running, seat=seat, address=address, is_unseen=is_unseen)
    running.afterwards.append(lambda content: lives.append(begin(content)))
    if is_unseen:
        running.begin_unseen()
    else:
        running.show()
    try:
        return running.application.exec()
    finally:
        for life in lives:
            life.end()
        running.close()
        seat.release()


def _live(running: RunningApp, content: MainWindow, *, seat: single.Seat, address: str, is_unseen: bool) -> Life:
    # Imported after the first frame: sockets, menus and signals would delay it.
    from comptexpert_desktop.app.life import Life  # noqa: PLC0415

    return Life(running, content, seat=seat, address=address, is_unseen=is_unseen)


def _now() -> datetime:
    return datetime.now(UTC)
