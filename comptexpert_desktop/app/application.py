"""Everything that lives as long as the window, by name, and the order in which it ends."""

from __future__ import annotations

import gc
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.runtime.changes import Changes
from comptexpert_desktop.runtime.sync_loop import SyncLoop
from comptexpert_desktop.runtime.tasks import CLOSE_SECONDS, Tasks
from comptexpert_desktop.settings.preferences import Preferences
from comptexpert_desktop.settings.window_state import WindowState
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.window.first_frame import FirstFrame
from comptexpert_desktop.ui.window.startup_window import BareWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.app import main_window_factory as factory
    from comptexpert_desktop.app import wiring
    from comptexpert_desktop.app.logs import Log
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.window.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Gateways, Stores, Vault
    from comptexpert_desktop.usecases.session.refresh_tokens import InStore

if not TYPE_CHECKING:  # after the first frame, which shows none of it, and away from its thread
    factory = lazy("comptexpert_desktop.app.main_window_factory")
    wiring = lazy("comptexpert_desktop.app.wiring")


if sys.platform == "win32":
    import ctypes

    def _tell_the_taskbar() -> None:
        """Belong to the entry of the menu: its shortcut has the same name."""
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(IDENTIFIER)

else:

    def _tell_the_taskbar() -> None:
        """Do nothing: other systems go by the name of the desktop file, or by the bundle."""


if sys.platform == "darwin":
    from comptexpert_desktop.app.macos_application import Application
else:
    Application = QApplication

IDENTIFIER = "fr.comptexpert.desktop"


def dressed(settings: Settings) -> QApplication:
    """Return the one application, in the colours that the person chose."""
    return in_colours(theme.Scheme(settings.colour_scheme))


def in_colours(scheme: theme.Scheme) -> QApplication:
    """Return the one application, in these colours."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        _tell_the_taskbar()
        application = Application([*sys.argv[:1], *theme.STYLE])
    application.setApplicationName("Comptexpert")
    application.setDesktopFileName(IDENTIFIER)
    theme.paint(application, scheme)
    return application


class RunningApp:
    """Everything long-lived, by name; `close` ends it."""

    def __init__(self, application: QApplication, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self.application = application
        self.settings = settings
        self.preferences = Preferences(settings)
        self.window_state = WindowState(settings.data_dir)
        self.changes = Changes()
        self._outside = _Outside(settings, clock=clock)
        self.tasks = Tasks(
            open_stores=self._outside.open_stores,
            open_gateways=lambda: self._outside.open_gateways(in_store=self.tasks.in_store),
            changes=self.changes,
        )
        self.sync = SyncLoop(self.tasks, clock=clock)
        self.clock = clock
        self.afterwards: list[Callable[[MainWindow], object]] = []
        """What begins once the window is furnished: nothing of it may delay the first frame."""
        self.window = BareWindow(self.window_state)
        self._watch = FirstFrame(self.window, self._begin)
        self.timeout = CLOSE_SECONDS
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
            self.window.content.save()
        return self.tasks.settle(seconds=seconds)

    def follow_colours(self) -> None:
        """Show the colours that hold now."""
        theme.apply(self.application, self._scheme())

    def close(self) -> None:
        """Keep what was entered, finish the writes already accepted, end the threads."""
        if self._is_closed:
            return
        self._is_closed = True
        gc.enable()
        gc.unfreeze()
        self.window.stays = False
        self.window.close()
        self.window_state.write()
        self.sync.stop()
        self.tasks.start()  # a window that closes before its first frame still keeps what was entered
        self.tasks.close(seconds=self.timeout)
        if self._log is not None:
            self._log.stop()
        # Qt takes the window apart, children last to first; Python's collector would in an order that nobody knows.
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)

    def _scheme(self) -> theme.Scheme:
        return theme.Scheme(self.preferences.colour_scheme())

    def _follow_the_system(self) -> None:
        if self._scheme() is theme.Scheme.AUTO:
            theme.apply(self.application, theme.Scheme.AUTO)

    def _begin(self, *, is_seen: bool = True) -> None:
        if self._is_closed or self.window.content is not None:
            return
        theme.apply(self.application, self._scheme())
        theme.dress(self.window)
        hints = self.application.styleHints()
        hints.colorSchemeChanged.connect(self._follow_the_system)
        asked = hints.accessibility()
        asked.contrastPreferenceChanged.connect(self.follow_colours)
        content = factory.content(self)
        self.window.furnish(content)
        if is_seen:  # once that was painted
            QTimer.singleShot(0, self.window, partial(self._begin_work, content))
        else:
            self._begin_work(content)

    def _begin_work(self, content: MainWindow) -> None:
        if self._is_closed:
            return
        self._log = factory.begin_log(self)
        gc.freeze()
        gc.enable()
        factory.speak_french(self.application)
        self.tasks.start()
        content.start()
        for begin in self.afterwards:
            begin(content)


class _Outside:
    """Opens the files and the gateways, each on the thread that uses it; both look into one keyring."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._vault: Vault | None = None

    def open_stores(self) -> Stores:
        """Open the local files."""
        return wiring.open_stores(self._settings, vault=self._keyring(), now=self._clock())

    def open_gateways(self, *, in_store: InStore) -> Gateways:
        """Open the gateways to the network."""
        return wiring.open_gateways(self._settings, vault=self._keyring(), in_store=in_store)

    def _keyring(self) -> Vault:
        with self._lock:
            if self._vault is None:
                self._vault = wiring.vault_of(self._settings)
            return self._vault
