"""Everything that lives as long as the window, by name, and the order in which it ends."""

from __future__ import annotations

import gc
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from comptexpert_desktop.ui import theme
from comptexpert_desktop.ui.bare_window import BareWindow
from comptexpert_desktop.ui.changes import Changes
from comptexpert_desktop.ui.first_frame import FirstFrame
from comptexpert_desktop.ui.settings.appearance import kept_scheme
from comptexpert_desktop.ui.sync_loop import SyncLoop
from comptexpert_desktop.ui.tasks import CLOSE_SECONDS, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import ModuleType

    from comptexpert_desktop.app.logs import Log
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Doors, Stores, Vault


if sys.platform == "win32":
    import ctypes

    def _tell_the_taskbar() -> None:
        """Belong to the entry of the menu: its shortcut has the same name."""
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(IDENTIFIER)

else:

    def _tell_the_taskbar() -> None:
        """Do nothing: other systems go by the name of the desktop file, or by the bundle."""


if sys.platform == "darwin":
    from comptexpert_desktop.app.opened import Application
else:
    Application = QApplication

IDENTIFIER = "fr.comptexpert.desktop"


def dressed(settings: Settings) -> QApplication:
    """Return the one application, in the colours that the person chose."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        _tell_the_taskbar()
        application = Application([*sys.argv[:1], *theme.STYLE])
    application.setApplicationName("Comptexpert")
    application.setDesktopFileName(IDENTIFIER)
    theme.paint(application, kept_scheme(settings.data_dir))
    return application


class RunningApp:
    """Everything long-lived, by name; `close` ends it."""

    def __init__(self, application: QApplication, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.application = application
        self.settings = settings
        self.changes = Changes()
        self._outside = _Outside(settings, clock=clock)
        self.tasks = Tasks(
            open_stores=self._outside.open_stores, open_doors=self._outside.open_doors, changes=self.changes
        )
        self.sync = SyncLoop(self.tasks, clock=clock)
        self.clock = clock
        self.afterwards: list[Callable[[MainWindow], object]] = []
        """What begins once the window is furnished: nothing of it may delay the first frame."""
        self.window = BareWindow()
        self._watch = FirstFrame(self.window, self._begin)
        self.patience = CLOSE_SECONDS
        """How long the end waits for writes; a session that ends leaves less."""
        self._is_closed = False
        self._log: Log | None = None

    def show(self) -> None:
        """Show the window; the work begins after its first frame."""
        self.window.show()

    def begin_unseen(self) -> None:
        """Begin the work without a window, which comes when somebody asks for it."""
        self._begin(is_seen=False)

    def keep(self, *, seconds: float) -> bool:
        """Put what was entered on disk now, and go on; tell whether it is there within so long."""
        if self.window.content is not None:
            self.window.content.keep()
        return self.tasks.settle(seconds=seconds)

    def close(self) -> None:
        """Keep what was entered, finish the writes already accepted, end the threads."""
        if self._is_closed:
            return
        self._is_closed = True
        gc.enable()
        gc.unfreeze()
        self.window.stays = False
        self.window.close()
        self.sync.stop()
        self.tasks.start()  # a window that closes before its first frame still keeps what was entered
        self.tasks.close(seconds=self.patience)
        if self._log is not None:
            self._log.stop()
        # Qt takes the window apart, children last to first; Python's collector would in an order that nobody knows.
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)

    def _follow_the_system(self) -> None:
        if kept_scheme(self.settings.data_dir) is theme.Scheme.AUTO:
            theme.apply(self.application, theme.Scheme.AUTO)

    def _begin(self, *, is_seen: bool = True) -> None:
        if self._is_closed or self.window.content is not None:
            return
        # Imported after the first frame, which shows none of it.
        from comptexpert_desktop.app import furnishing  # noqa: PLC0415

        theme.apply(self.application, kept_scheme(self.settings.data_dir))
        self.application.styleHints().colorSchemeChanged.connect(self._follow_the_system)
        content = furnishing.content(self)
        self.window.furnish(content)
        if is_seen:  # once that was painted
            QTimer.singleShot(0, self.window, partial(self._begin_work, content, furnishing))
        else:
            self._begin_work(content, furnishing)

    def _begin_work(self, content: MainWindow, furnishing: ModuleType) -> None:
        if self._is_closed:
            return
        self._log = furnishing.begin_log(self)
        gc.freeze()
        gc.enable()
        furnishing.speak_french(self.application)
        self.tasks.start()
        content.start()
        for begin in self.afterwards:
            begin(content)


class _Outside:
    """Opens the files and the doors, each on the thread that uses it; both look into one keyring."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._vault: Vault | None = None

    def open_stores(self) -> Stores:
        """Open the local files."""
        stores: Stores = _wiring().open_stores(self._settings, vault=self._keyring(), now=self._clock())
        return stores

    def open_doors(self) -> Doors:
        """Open the doors to the network."""
        doors: Doors = _wiring().open_doors(self._settings, vault=self._keyring())
        return doors

    def _keyring(self) -> Vault:
        with self._lock:
            if self._vault is None:
                self._vault = _wiring().vault_of(self._settings)
            return self._vault


def _wiring() -> ModuleType:
    # Imported here, in the background: what is behind the doors and the files must not delay the first frame.
    from comptexpert_desktop.app import wiring  # noqa: PLC0415

    return wiring
