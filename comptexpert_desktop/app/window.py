"""Build the window and show it: the first frame first, everything else after it."""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.app.running import RunningApp  # noqa: TC004  a name that annotations elsewhere use
    from comptexpert_desktop.settings import Settings

__all__ = ["RunningApp", "build", "run"]


def build(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> RunningApp:
    """Build the application without showing it; tests and the rehearsal drive what it returns.

    Nothing is collected until the first frame: the binding makes thousands of objects that all stay.
    """
    gc.disable()
    # Imported once nothing is collected any more.
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from comptexpert_desktop.app.running import RunningApp  # noqa: PLC0415
    from comptexpert_desktop.ui import theme  # noqa: PLC0415
    from comptexpert_desktop.ui.settings.appearance import kept_scheme  # noqa: PLC0415

    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([*sys.argv[:1], *theme.STYLE])
    application.setApplicationName("Comptexpert")
    application.setDesktopFileName("fr.comptexpert.desktop")
    theme.paint(application, kept_scheme(settings.data_dir))
    return RunningApp(application, settings=settings, clock=clock or _now)


def run(settings: Settings) -> int:
    """Show the window until the person closes it."""
    running = build(settings)
    running.show()
    try:
        return running.application.exec()
    finally:
        running.close()


def _now() -> datetime:
    return datetime.now(UTC)
