"""Live on the desktop: the one window's socket, the notification area, the end of the session, the next start.

All of it begins after the first frame, and none of it in a rehearsal.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from comptexpert_desktop.app.macos_application import Application
from comptexpert_desktop.desktop import autostart, system_restart
from comptexpert_desktop.desktop.desktop_notifications import announce
from comptexpert_desktop.desktop.installation import Installation
from comptexpert_desktop.desktop.logout_handler import SessionEnd
from comptexpert_desktop.desktop.policy_watch import PolicyWatch
from comptexpert_desktop.desktop.replacement import Replacement
from comptexpert_desktop.desktop.single_instance import CABINET, CASE, FOLLOW_UP, SIGN_UP, Request, known_address
from comptexpert_desktop.desktop.single_instance_socket import InstanceSocket
from comptexpert_desktop.desktop.updates import UpdateNotice
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import InvalidInput, PolicyRefused
from comptexpert_desktop.settings import load
from comptexpert_desktop.ui.desktop import tray
from comptexpert_desktop.ui.destinations import SIGNUPS, Destination, NewSignup, ShowDelegation, ShowFirm

if TYPE_CHECKING:
    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.desktop.single_instance import Seat
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.window.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Gateways

PANEL_LOOKS, PANEL_MS = 20, 500
"""How often an unseen start looks for a notification area, before it shows where it is."""


class DesktopIntegration(QObject):
    """Everything that ties one window to the session that it runs in."""

    def __init__(
        self, running: RunningApp, content: MainWindow, *, seat: Seat, address: str = "", is_unseen: bool = False
    ) -> None:
        super().__init__(content)
        self._running, self._content = running, content
        self.replacement = Replacement(running, content, installation=Installation.running(), parent=self)
        self.socket = InstanceSocket(seat.socket_name, self, may_leave=self.replacement.may_leave)
        self.socket.asked.connect(self.answer)
        self.socket.left.connect(running.application.quit, Qt.ConnectionType.QueuedConnection)  # once that was said
        self.session_end = SessionEnd(running, parent=self)
        self.updates = UpdateNotice(running, content, parent=self)
        self.policy = PolicyWatch(running, content, parent=self)
        system_restart.register(running.settings)
        self.tray: tray.Tray | None = None
        self.announcer = announce(running, content, tray=lambda: self.tray)
        self._looks_left = PANEL_LOOKS if is_unseen else 0
        self._look_for_a_panel()
        self._remember_the_next_start()
        running.changes.listen(self, Topic.SETTINGS, call=self._remember_the_next_start)
        if address:
            self.answer(Request(address))
        if isinstance(running.application, Application):
            running.application.address_opened.connect(self._open_what_was_clicked)
            self._open_what_was_clicked()

    def answer(self, request: Request) -> None:
        """Bring the window forward, and open the screen that a page has linked to."""
        if request.token:
            os.environ["XDG_ACTIVATION_TOKEN"] = request.token  # Qt reads it there, once
        self._running.window.come_forward()
        if self._content.cover().is_on:  # the desk is locked: nothing opens behind the cover
            return
        if request.address == SIGN_UP:
            self._content.open(NewSignup())
        elif request.address == FOLLOW_UP:
            self._content.open(Destination(SIGNUPS))
        elif (case := CASE.fullmatch(request.address)) is not None:
            self._content.open(ShowDelegation(delegation_id=case[1]))
        elif (cabinet := CABINET.fullmatch(request.address)) is not None:
            self._content.open(ShowFirm(firm_id=cabinet[1]))

    def _open_what_was_clicked(self) -> None:
        if isinstance(self._running.application, Application):
            for address in self._running.application.take():
                self.answer(Request(known_address(address)))

    def end(self) -> None:
        """Leave nothing behind in the session."""
        self.socket.close()
        self.session_end.stop()
        self.announcer.end()
        if self.tray is not None:
            self.tray.hide()

    def _quit(self) -> None:
        """End the program; the person is asked first when a revocation has not left."""
        if self._content.quitting.asks(self._running.application.quit):
            self._running.window.come_forward()
        else:
            self._running.application.quit()

    def _look_for_a_panel(self) -> None:
        """Stand in the notification area; a session that begins may show it later than it starts us."""
        if tray.is_available():
            self.tray = self._tray()
        elif self._looks_left:
            self._looks_left -= 1
            if self._looks_left:
                QTimer.singleShot(PANEL_MS, self, self._look_for_a_panel)
            elif not self._running.window.isVisible():
                self._running.window.showMinimized()

    def _tray(self) -> tray.Tray:
        made = tray.Tray(self)
        application, window = self._running.application, self._running.window
        application.setQuitOnLastWindowClosed(False)
        window.stays = True
        window.put_away.connect(made.say_that_it_stays)
        made.open_requested.connect(window.come_forward)
        made.sync_requested.connect(self._running.sync.ask)
        made.quit_requested.connect(self._quit)
        QShortcut(QKeySequence("Ctrl+Q"), window).activated.connect(self._quit)
        if sys.platform == "darwin":  # a click in the Dock opens no window by itself
            application.applicationStateChanged.connect(self._show_again)
        self._content.status_read.connect(made.show_status)
        made.show()
        return made

    def _show_again(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and not self._running.window.isVisible():
            self._running.window.come_forward()

    def _remember_the_next_start(self) -> None:
        """Start at sign-in or not, as the settings say now; in the background, for a home folder may be far away."""
        self._running.tasks.call(
            self, partial(_follow, settings=self._running.settings), lambda _changed: None, channel="next-start"
        )


def _follow(_gateways: Gateways, *, settings: Settings) -> bool:
    """Read again what the person may have chosen since the start."""
    try:
        now = load(
            server=settings.server_url if settings.server_source == "argument" else None,
            data_dir=str(settings.data_dir),
        )
    except (InvalidInput, PolicyRefused):  # the machine's settings changed in a way that the next start will refuse
        return False
    return autostart.follow(is_on=now.start_at_sign_in, settings=settings)
