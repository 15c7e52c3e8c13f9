"""Notice that another version was installed under the open window, say so, and leave the place to it."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QProcess, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from comptexpert_desktop.desktop import autostart
from comptexpert_desktop.desktop.installation import is_newer, shown
from comptexpert_desktop.ui.desktop.restart_banner import RestartBanner
from comptexpert_desktop.ui.session.sign_in import SignInState
from comptexpert_desktop.ui.widgets.page import begun_form
from comptexpert_desktop.ui.window.trouble_page import TroublePage

if TYPE_CHECKING:
    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.desktop.installation import Installation
    from comptexpert_desktop.desktop.single_instance import Request
    from comptexpert_desktop.ui.window.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Gateways

log = logging.getLogger(__name__)

KEEP_SECONDS = 5.0
"""How long the window may take to put what was entered on disk, before it stays after all."""
EVERY_MS = 10 * 60 * 1000
"""The system says when the link changes; some network file systems never do."""
IN_A_DIALOG = "une fenêtre de saisie est ouverte"
IN_A_SIGN_IN = "une connexion est en cours dans votre navigateur"


class Replacement(QObject):
    """The other version and the way to it: nothing restarts by itself, and nothing that was entered is lost."""

    def __init__(
        self, running: RunningApp, content: MainWindow, *, installation: Installation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._running, self._content, self._installation = running, content, installation
        self._next = installation.version
        self.banner: RestartBanner | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        if installation.root is not None:
            self._watcher = QFileSystemWatcher([str(installation.root)], self)
            self._watcher.directoryChanged.connect(self.look)
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Read which version the next start runs."""
        work = partial(_next_version, installation=self._installation)
        self._running.tasks.call(self, work, self._compare, channel="installed-version")

    def may_leave(self, request: Request) -> bool:
        """Tell whether the place is left to the start of another version; everything is on disk when it is."""
        own = self._installation.version
        if request.version == own or not (request.version == self._next or is_newer(request.version, than=own)):
            return False
        if self._what_is_entered():
            self._say_what_is_entered(request.version)
            return False
        is_shut = isinstance(self._content.pages.currentWidget(), TroublePage)  # it holds nothing
        is_kept = is_shut or self._running.keep(seconds=KEEP_SECONDS)
        log.info("version %s takes over from %s: %s", request.version, own, "kept" if is_kept else "not kept in time")
        return is_kept

    def restart(self) -> None:
        """Start the installed version, which asks for this window's place; the window stays until it answers."""
        if self._what_is_entered():
            self._say_what_is_entered(self._next)
            return
        program, *arguments = (*self._installation.command(), *autostart.kept_options(self._running.settings))
        is_started, _process = QProcess.startDetached(program, arguments)
        if not is_started:
            log.warning("version %s could not be started", self._next)
            self._banner().say_that_it_failed()

    def _compare(self, version: str) -> None:
        if version == self._next:
            return
        log.info("the installed version is %s, this one is %s", version, self._installation.version)
        self._next = version
        if version == self._installation.version:
            self._banner().clear()
        else:
            self._banner().show_version(shown(version), is_newer=self._is_update(version))

    def _is_update(self, version: str) -> bool:
        return not is_newer(self._installation.version, than=version)

    def _banner(self) -> RestartBanner:
        if self.banner is None:
            self.banner = RestartBanner(self.restart)
            self._content.status.banners.add(self.banner)
        return self.banner

    def _say_what_is_entered(self, version: str) -> None:
        self._banner().hold(self._what_is_entered(), version=shown(version), is_newer=self._is_update(version))

    def _what_is_entered(self) -> str:
        """Say what would be lost: what is typed and written down by nobody. Empty when there is nothing."""
        if any(isinstance(one, QDialog) and one.isVisible() for one in QApplication.topLevelWidgets()):
            return IN_A_DIALOG
        if self._content.sign_in_flow.state is SignInState.WAITING:
            return IN_A_SIGN_IN
        form = begun_form(self._content)
        return f"«\u00a0{form}\u00a0» n’est pas envoyé" if form else ""


def _next_version(_gateways: Gateways, *, installation: Installation) -> str:
    return installation.next_version()
