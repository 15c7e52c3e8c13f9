"""Claire is signed in, and her cabinet is on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import walks
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes_firm import FIRM_ID, a_firm_page

DAY = date(2026, 12, 20)


class FirmDesk(WindowKit):
    """The window with the cabinet's screen open."""

    def put(self, **changes):
        """Change the cabinet on the server, as a colleague would."""
        page = self.server.firms[FIRM_ID]
        self.server.firms[FIRM_ID] = replace(page, version=page.version + 1, **changes)

    @property
    def page(self):
        return self.server.firms[FIRM_ID]

    def open(self, qtbot, *, tab=0):
        self.screen = self.window.open(Destination("firm"))
        qtbot.waitUntil(lambda: "Lu sur le serveur" in self.words() or self.is_shown("offlineBanner"))
        self.screen.tabs.setCurrentIndex(tab)
        return self.screen

    def words(self):
        return walks.words_of(self.window)

    def reads(self, qtbot, text):
        qtbot.waitUntil(lambda: text in self.words())

    def press(self, name):
        self.find(QPushButton, name).click()

    def dialog(self, qtbot):
        qtbot.waitUntil(lambda: any(one.isVisible() for one in self.window.findChildren(QDialog)))
        return next(one for one in self.window.findChildren(QDialog) if one.isVisible())

    def confirm(self, qtbot, name):
        self.press(name)
        self.dialog(qtbot).confirm_button.click()

    def key(self, key, *, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)


@pytest.fixture
def desk(tmp_path, qapp, qtbot):
    made = FirmDesk(tmp_path)
    made.server.time = NOW
    made.server.firms = {FIRM_ID: a_firm_page()}
    made.fill()
    made.sign_in_before()
    made.tasks.write(made.changes, lambda stores: session.restore(stores, session=made.gateways.session))
    made.show()
    yield made
    made.close()


def soon(hours: int) -> datetime:
    """Give a time after the one of the test."""
    return NOW + timedelta(hours=hours)
