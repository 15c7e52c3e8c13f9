"""Claire is signed in; five rights of her cabinet are under review."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.ui.destinations import ShowReview
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import walks
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes import a_delegation, an_account
from tests.fakes_firm import FIRM_ID, a_firm_page
from tests.fakes_review import REVIEW_ID, a_page, an_item

PEOPLE = ("karim.leroux", "lea.petit", "marc.aubin", "nora.blanc", "oscar.vidal")


def rights(*, many=5):
    """Make rights of as many people."""
    made = []
    for number in range(many):
        login_id = PEOPLE[number] if number < len(PEOPLE) else f"p{number:03}.nom{number:03}"
        made.append(
            a_delegation(
                delegation_id=f"d0000000-0000-4000-8000-{number:012}",
                grantee=an_account(login_id, may_grant=False),
                status=Status.ACTIVE,
                valid_from=date(2026, 1, 5),
                valid_until=date(2027, 1, 4),
            )
        )
    return made


class ReviewDesk(WindowKit):
    """The window with the review open."""

    def put(self, *items, **changes):
        """Let the server hold a review of these rights."""
        usual = {"closes_on": date(2026, 12, 20), "grace_until": date(2027, 1, 3), "opened_at": NOW}
        page = a_page(*items, **(usual | changes))
        self.server.reviews = {REVIEW_ID: page}
        self.server.firms[FIRM_ID] = replace(self.server.firms[FIRM_ID], reviews=(page.summary,))

    def open(self, qtbot):
        self.window.open(ShowReview())
        self.screen = self.window.stack.screen_of("reviews")
        qtbot.waitUntil(lambda: self.screen.isVisible() and self.is_settled())
        return self.screen

    def is_settled(self):
        return self.screen.table.isVisible() or self.is_shown("offlineBanner") or "Aucune revue" in self.words()

    @property
    def table(self):
        return self.screen.table

    def texts(self, column=5):
        model = self.screen.model
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.window.activateWindow()
        self.table.setFocus()
        QApplication.processEvents()  # a dialog that has just closed gives the keyboard back
        QTest.keyClick(self.table, key, modifier)

    def words(self):
        return walks.words_of(self.window)

    def reads(self, qtbot, text):
        qtbot.waitUntil(lambda: text in self.words())

    def button(self, name):
        return self.find(QPushButton, name)

    def dialog(self, qtbot):
        qtbot.waitUntil(lambda: any(one.isVisible() for one in self.window.findChildren(QDialog)))
        return next(one for one in self.window.findChildren(QDialog) if one.isVisible())

    def answers(self):
        return [item.answer.value for item in self.server.reviews[REVIEW_ID].items]


@pytest.fixture
def desk(tmp_path, qapp, qtbot):
    made = ReviewDesk(tmp_path)
    made.server.time = NOW
    made.server.firms = {FIRM_ID: a_firm_page()}
    made.put(*(an_item(one) for one in rights()))
    made.fill()
    made.sign_in_before()
    made.tasks.write(made.changes, lambda stores: session.restore(stores, session=made.gateways.session))
    made.show()
    yield made
    made.close()
