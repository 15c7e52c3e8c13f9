"""Build the window and show it: the first frame first, everything else after it."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.desktop import installation, single_instance
from comptexpert_desktop.lazy_import import lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.app import application, binding
    from comptexpert_desktop.app.application import RunningApp  # noqa: TC004  a name that annotations elsewhere use
    from comptexpert_desktop.desktop.desktop_integration import DesktopIntegration
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.look import theme
    from comptexpert_desktop.ui.window import refusal_window
    from comptexpert_desktop.ui.window.main_window import MainWindow

if not TYPE_CHECKING:
    binding = lazy("comptexpert_desktop.app.binding")
    application = lazy("comptexpert_desktop.app.application")  # once nothing is collected any more
    theme = lazy("comptexpert_desktop.ui.look.theme")  # as the next: a window that opens never needs it here
    refusal_window = lazy("comptexpert_desktop.ui.window.refusal_window")

__all__ = ["RunningApp", "build", "run"]


def build(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> RunningApp:
    """Build the application without showing it; tests and the rehearsal drive what it returns.

    Nothing is collected until the first frame: the binding makes thousands of objects that all stay.
    """
    gc.disable()
    binding.read_no_sources()
    return application.RunningApp(application.dressed(settings), settings=settings, clock=clock or _now)


def run(settings: Settings, *, address: str = "", is_unseen: bool = False) -> int:
    """Show the window until the person closes it; a second start brings the first one's window forward, and ends.

    `is_unseen` starts in the notification area, or minimised where there is none.
    """
    seat = single_instance.Seat(settings.data_dir)
    asked = single_instance.Request(
        address, single_instance.token_of(os.environ), installation.Installation.running().version
    )
    if not seat.take() and (is_unseen or seat.ask(asked)):
        return 0
    running = build(settings)
    integrations: list[DesktopIntegration] = []
    begin = partial(_live, running, seat=seat, address=address, is_unseen=is_unseen)
    running.afterwards.append(lambda content: integrations.append(begin(content)))
    if is_unseen:
        running.begin_unseen()
    else:
        running.show()
    try:
        return running.application.exec()
    finally:
        for integration in integrations:
            integration.end()
        running.close()
        seat.release()


def refuse(error: ComptexpertError) -> None:
    """Show why the application does not start, until the person closes it."""
    running = application.in_colours(theme.Scheme.AUTO)
    theme.apply(running, theme.Scheme.AUTO)
    window = refusal_window.RefusalWindow(error)
    theme.dress(window)
    window.show()
    running.exec()


def _live(
    running: RunningApp, content: MainWindow, *, seat: single_instance.Seat, address: str, is_unseen: bool
) -> DesktopIntegration:
    # Imported after the first frame: sockets, menus and signals would delay it.
    from comptexpert_desktop.desktop.desktop_integration import DesktopIntegration  # noqa: PLC0415

    return DesktopIntegration(running, content, seat=seat, address=address, is_unseen=is_unseen)


def _now() -> datetime:
    return datetime.now(UTC)
