"""The window that is listened to: it runs alone in its process, and does what lines on its standard input say.

`python -m tests.at_spi.stage FOLDER SIDE`: the side is `out`, `staff` or `expert`. A line is JSON, a list of an act
and its arguments; one line of JSON comes back when everything that the act began has come on screen.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSocketNotifier, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from comptexpert_desktop.errors import Refused, SignInCancelled, Unreachable
from comptexpert_desktop.settings.window_state import WindowState
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.destinations import Destination, NewRequest, NewSignup
from comptexpert_desktop.ui.session.sign_in import SignInState
from comptexpert_desktop.ui.window.startup_window import BareWindow
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui.window_kit import WindowKit
from tests.fakes import a_delegation

ROUNDS = 3
FOCUS_ROUNDS = 60
ACTIVATIONS = 100
TIMEOUT = 1000


class Stage:
    """One window and its acts."""

    def __init__(self, folder: Path, *, side: str) -> None:
        self.kit = WindowKit(folder)
        self.kit.fill()
        if side != "out":
            self.kit.sign_in_before(may_grant=side == "expert")
            self._lend()
        gateways = self.kit.gateways
        self.kit.tasks.write(self.kit.changes, lambda stores: session.restore(stores, session=gateways.session))
        self.frame = BareWindow(WindowState())
        self.frame.furnish(self.kit.window)
        self.frame.resize(1200, 780)
        self.frame.show()
        self.kit.show()
        self.kit.window.spoken.begin()
        QTest.qWaitForWindowActive(self.frame)
        self.settle()

    def _lend(self) -> None:
        """Let the server know two requests that wait for the expert, made by the collaborateur."""
        stores = self.kit.stores()
        assert stores.account is not None
        rows = [a_delegation(delegation_id=f"del-{rank}") for rank in range(2)]
        self.kit.server.delegations.update({one.id: one for one in rows})
        with stores.account.database.transaction():
            delegation_store.keep(stores.account, delegations=rows)
        stores.close()

    def settle(self) -> None:
        """Wait until what was asked of the workers has come on screen."""
        for _ in range(ROUNDS):
            got: list[bool] = []
            self.kit.tasks.read(self.kit.changes, lambda _stores: True, got.append)
            called: list[bool] = []
            self.kit.tasks.call(self.kit.changes, lambda _gateways: True, called.append)
            for _turn in range(TIMEOUT):
                if got and called and self.kit.window.sign_in_flow.state is not SignInState.WAITING:
                    break
                pause(5)
            pause(15)
        voice = accessible.voice_of(self.frame)
        for _turn in range(TIMEOUT):
            if not voice.is_waiting:
                break
            pause(5)

    def stay_active(self) -> None:
        """Take the keyboard again where the window manager left it to no window: that is not the window's doing."""
        for _turn in range(ACTIVATIONS):
            if QApplication.activeWindow() is not None or QApplication.activePopupWidget() is not None:
                return
            self.frame.activateWindow()
            pause(10)

    # -- Acts -----------------------------------------------------------------------------------

    def open(self, screen: str) -> None:
        self.kit.window.open(Destination(screen))

    def new_signup(self) -> None:
        self.kit.window.open(NewSignup())

    def new_request(self) -> None:
        self.kit.window.open(NewRequest(""))

    def click(self, name: str) -> None:
        """Press a button by its name; it has the keyboard first, as with Space."""
        button = self._find(name)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(button, Qt.Key.Key_Space)

    def focus(self, name: str) -> None:
        self._find(name).setFocus(Qt.FocusReason.TabFocusReason)

    def key(self, name: str, *modifiers: str) -> None:
        held = Qt.KeyboardModifier.NoModifier
        for one in modifiers:
            held |= getattr(Qt.KeyboardModifier, f"{one}Modifier")
        QTest.keyClick(QApplication.focusWidget() or self.kit.window, getattr(Qt.Key, f"Key_{name}"), held)

    def type(self, text: str) -> None:
        """Type where the keyboard is, once the window has it again: a dialog that closed may still hold it."""
        for _ in range(FOCUS_ROUNDS):
            if QApplication.focusWidget() is not None:
                break
            pause(50)
        QTest.keyClicks(QApplication.focusWidget() or self.kit.window, text)

    def close_dialog(self) -> None:
        """Close what stands over the window, as Esc does."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()
        for dialog in self.kit.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()

    def width(self, pixels: int) -> None:
        self.frame.resize(pixels, 780)

    def later(self, seconds: float) -> None:
        """Let time pass on the clock of the application."""
        self.kit.now += timedelta(seconds=seconds)

    def lock(self) -> None:
        self.kit.window.lock()

    def faults(self, count: int) -> None:
        """Let nobody answer the next calls."""
        self.kit.server.faults.extend([Unreachable() for _ in range(count)])
        self.kit.server.sync = _nobody

    def mend(self) -> None:
        self.kit.server.faults.clear()
        self.kit.server.__dict__.pop("sync", None)

    def refuse(self, path: str, code: str) -> None:
        self.kit.server.refusals[path] = Refused(code)

    def browser(self, works: bool) -> None:
        self.kit.browser.failure = None if works else SignInCancelled()

    def synchronise(self) -> None:
        turns: list[bool] = []
        follow = turns.append
        self.kit.sync.turning.connect(follow)
        self.kit.window.synchronise()
        for _turn in range(TIMEOUT):
            if turns and not turns[-1]:
                break
            pause(5)
        self.kit.sync.turning.disconnect(follow)

    def tabs(self, most: int) -> int:
        """Press Tab until the keyboard comes somewhere for the second time; tell after how many keys, -1 when never."""
        seen: list[QWidget] = []
        for pressed in range(1, most + 1):
            QTest.keyClick(QApplication.focusWidget() or self.kit.window, Qt.Key.Key_Tab)
            pause(1)
            focus = QApplication.focusWidget()
            if focus in seen[:-1]:
                return pressed
            if focus is not None and focus not in seen:
                seen.append(focus)
        return -1

    def select(self, row: int) -> None:
        """Put the keyboard on a row of the table that is shown."""
        table = self._find("delegationTable")
        table.setFocus()
        table.selectRow(row)

    def title(self) -> str:
        return self.kit.window.window().windowTitle()

    def _find(self, name: str) -> QWidget:
        places = [*QApplication.topLevelWidgets()]
        found = [one for place in places for one in place.findChildren(QWidget, name) if one.isVisible()]
        assert found, f"{name} is not on screen"
        return found[-1]


def main() -> int:
    """Do what the lines say until they end."""
    application = QApplication([sys.argv[0], "-style", "fusion"])
    stage = Stage(Path(sys.argv[1]), side=sys.argv[2])

    def read() -> None:
        line = sys.stdin.readline()
        if line:
            print(json.dumps(_done(stage, *json.loads(line))), flush=True)
        else:
            application.quit()

    lines = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    lines.activated.connect(read)
    print(json.dumps("ready"), flush=True)
    application.exec()
    stage.frame.content = None
    stage.frame.close()
    stage.kit.close()
    return 0


def _done(stage: Stage, act: str, *arguments: object) -> object:
    """Do one act, and wait until what it began has come on screen."""
    try:
        answer = getattr(stage, act)(*arguments)
        stage.settle()
        stage.stay_active()
    except Exception as error:  # noqa: BLE001  whoever asked hears of it
        return f"Error: {type(error).__name__} {error}"
    return answer


def pause(milliseconds: int) -> None:
    """Let the window live on; unlike the pause of Qt's tests it answers who listens at once."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _nobody(**_asked: object) -> object:
    raise Unreachable


if __name__ == "__main__":
    raise SystemExit(main())
