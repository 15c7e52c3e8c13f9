"""A person at the review desk with the keyboard alone, and the others who decide meanwhile from elsewhere."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTableView, QWidget

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.rehearsal.visitor import Visitor
from tests.contract.raw import RawServer
from tests.fakes import new_uuid
from tests.fakes_wire import Call
from tests.journeys.journey_stage import JourneyStage

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TABS = 60
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class DeskStage(JourneyStage):
    """The stage, with the gestures of a keyboard."""

    @property
    def table(self) -> QTableView:
        return self.robot.find(QTableView, "delegationTable")

    def open_desk(self) -> None:
        """Open the desk with its shortcut; the keyboard stands in the table."""
        self.open_screen("delegations")
        self.robot.find(QWidget, "delegationsScreen")

    def open_screen(self, key: str) -> None:
        """Open a screen with its shortcut."""
        ranks = [one.objectName() for one in self.robot.all(QAbstractButton) if one.objectName().startswith("nav-")]
        keys = QKeySequence(f"Ctrl+{ranks.index(f'nav-{key}') + 1}")[0]
        self.robot.window.activateWindow()
        self.robot.settle(20)
        QTest.keyClick(self.robot.window, keys.key(), keys.keyboardModifiers())
        self.robot.settle(30)

    def key(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press keys where the keyboard is."""
        for key in keys:
            QTest.keyClick(self._keyboard(), key, modifier)
            self.robot.settle(30)

    def _keyboard(self) -> QWidget:
        """Return the widget that has the keyboard: in the menu or the dialog on top, when there is one."""
        if (menu := QApplication.activePopupWidget()) is not None:
            return menu
        top = QApplication.activeModalWidget() or self.robot.window
        if not top.isActiveWindow():
            top.activateWindow()
            self.robot.settle(30)
        found = QApplication.focusWidget()
        if found is None or found.window() is not top:
            found = top.focusWidget()
        return found or top

    def write(self, text: str) -> None:
        """Type where the keyboard is, accents too."""
        for letter in text:
            for moment in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(moment, 0, NONE, letter)
                QApplication.sendEvent(self._keyboard(), event)
        self.robot.settle(30)

    def tab_to(self, name: str) -> None:
        """Press Tab until the widget of that name has the keyboard."""
        for _ in range(MAX_TABS):
            found = self._keyboard()
            if found.objectName() == name:
                return
            QTest.keyClick(found, Qt.Key.Key_Tab)
            self.robot.settle(5)
        raise AssertionError(f"Tab never reaches {name}")

    def press(self, name: str) -> None:
        """Go to a button with Tab, and press it."""
        self.tab_to(name)
        self.key(Qt.Key.Key_Space)

    def show(self, group: str) -> None:
        """Look at another group of states with the arrows."""
        order = ("undecided", "live", "ended", "all")
        now = next(one for one in order if self.robot.find(QAbstractButton, f"chip-{one}").isChecked())
        self.tab_to(f"chip-{now}")
        away = order.index(group) - order.index(now)
        self.key(*[Qt.Key.Key_Right if away > 0 else Qt.Key.Key_Left] * abs(away))
        assert self.robot.find(QAbstractButton, f"chip-{group}").isChecked()

    def confirm(self) -> None:
        """Say yes with Ctrl+Enter, wherever the keyboard is in the dialog."""
        self.robot.find(QAbstractButton, "confirmButton")
        dialog = QApplication.activeModalWidget()
        QTest.keyClick(dialog, Qt.Key.Key_Return, CONTROL)
        self.robot.settle(60)

    def rows(self) -> list[str]:
        if not self.robot.is_shown(QTableView, "delegationTable"):
            return []
        model = self.table.model()
        columns = range(model.columnCount())
        return [
            " ".join(str(model.index(row, column).data() or "") for column in columns)
            for row in range(model.rowCount())
        ]

    def has(self, text: str) -> bool:
        return any(text.lower() in row.lower() for row in self.rows())

    def wait_for_row(self, text: str) -> None:
        self.robot.wait_until(lambda: self.has(text), f"«\u00a0{text}\u00a0» dans le tableau", seconds=20)

    def wait_for_no_row(self, text: str) -> None:
        self.robot.wait_until(lambda: not self.has(text), f"« {text} » hors du tableau", seconds=20)

    def choose(self, text: str) -> None:
        """Go to a row with the arrows."""
        self.wait_for_row(text)
        self.tab_to("delegationTable")
        self.key(Qt.Key.Key_Home, modifier=CONTROL)
        place = next(number for number, row in enumerate(self.rows()) if text.lower() in row.lower())
        self.key(*[Qt.Key.Key_Down] * place)
        self.robot.settle(150)


class Elsewhere:
    """Somebody signed in on another machine."""

    def __init__(self, stage: DeskStage, case: str) -> None:
        person = stage.person(case)
        self.stage, self.person = stage, person

        def visit(address: str) -> bool:
            said = {"login_id": person["login_id"], "password": person["password"]}
            threading.Thread(target=lambda: Visitor().sign_in(address, **said), daemon=True).start()
            return True

        browser = SystemBrowser(stage.server.url, open_url=visit)
        self._token = browser.sign_in(cancelled=threading.Event()).access_token
        browser._client.close()
        self._server = RawServer(stage.server.url, pins=stage.folder / f"{case}-pins.json")

    def ask(self, service: str, *rights: str, grantor: str = "ec") -> str:
        """Ask for rights; returns the id of the request."""
        expert = self.stage.person(grantor)
        body: dict[str, object] = {
            "firm": expert["firms"][0]["id"],
            "service": service,
            "rights": list(rights),
            "grantor": expert["entry_id"],
            "reason": "Préparation de la campagne fiscale.",
            "valid_until": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
        }
        return str(self.send("POST", "/delegations", body)["id"])

    def grant(self, service: str, *rights: str, grantee: str) -> None:
        """Grant rights without a request."""
        body: dict[str, object] = {
            "firm": self.person["firms"][0]["id"],
            "service": service,
            "rights": list(rights),
            "grantee": self.stage.person(grantee)["login_id"],
        }
        self.send("POST", "/delegations", body)

    def decide(self, delegation_id: str, action: str, **body: object) -> None:
        """Decide on a delegation as it stands now."""
        page = self._server.sync(token=self._token, cursor="")
        assert page is not None
        version = next(one.version for one in page.delegations if one.id == delegation_id)
        self.send("POST", f"/delegations/{delegation_id}/{action}", body, if_match=version)

    def find(self, *, service: str, status: str) -> str:
        """Find the id of a delegation."""
        page = self._server.sync(token=self._token, cursor="")
        assert page is not None
        return next(one.id for one in page.delegations if (one.service, one.status) == (service, status))

    def grantor(self, *, service: str) -> str:
        """Name who answers for the live delegation of a service."""
        page = self._server.sync(token=self._token, cursor="")
        assert page is not None
        return next(one.grantor.display_name for one in page.delegations if one.service == service and one.effective)

    def holds(self, service: str) -> tuple[bool, bool]:
        """Tell whether a service is open to this person now, as `/me` says it and as the sites are told."""
        mine = next(one for one in self._server.me(token=self._token).services if one.service == service)
        answer = httpx.get(
            f"{self.stage.server.url}/identity/o/api/userinfo",
            headers={"Authorization": f"Bearer {self._token}"},
            trust_env=False,
        )
        told = answer.raise_for_status().json()["comptexpert_services"]
        return mine.is_open, service in told

    def leaves_on(self) -> str:
        """Tell the last day of the first member who leaves; empty when nobody does."""
        page = self._server.firm(self.person["firms"][0]["id"], token=self._token)
        return next((member.leaves_on.isoformat() for member in page.members if member.leaves_on), "")

    def send(
        self, method: str, path: str, body: dict[str, object], *, if_match: int | None = None
    ) -> Mapping[str, object]:
        return self._server.submit(Call(method, path, body, new_uuid(), if_match=if_match), token=self._token)

    def close(self) -> None:
        self._server.close()
