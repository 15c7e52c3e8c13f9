"""For each code of the server, its button is pressed in the real window, and what happens is looked at."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.domain.vocabulary import CODES
from comptexpert_desktop.presentation.errors.remedies import Act, remedy_of
from comptexpert_desktop.ui.destinations import OUTBOX, Destination, ShowDelegation
from comptexpert_desktop.ui.outbox.leading import place_of
from comptexpert_desktop.ui.window.screens import specs
from comptexpert_desktop.usecases.outbox import outbox
from tests.desktop.ui import kit, walks
from tests.desktop.ui.ten_jobs import FIRMS, Desk

PARTS = {"DEL_TERMS": "firmRules", "ABSENCE_DUPLICATE": "firmAbsences", "ABSENCE_WRONG_STATUS": "firmAbsences"}
"""Where in the page of the cabinet an act leads, when it is not to its people."""


class Refusals(Desk):
    """A window in which one decision came back, under one code after the other."""

    def begin_refused(self, qtbot):
        self.qtbot = qtbot
        self.begin(kit.delegation(1, firm=FIRMS[1]))
        stores = self.stores()
        about = {"kind": Kind.APPROVE, "delegation_id": "del-000001"}
        kit.put_entries(stores, kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="DEL_STALE", attempts=1, **about))
        stores.close()
        qtbot.waitUntil(self.window.isActiveWindow)

    def refuse(self, code):
        """Let the decision have come back under a code, and stand before it."""
        self.tasks.write(self.changes, partial(_mark, code=code))
        self.read(lambda _stores: True, self.qtbot)
        self.screen = self.window.open(Destination(OUTBOX))
        self.qtbot.waitUntil(lambda: (one := self.screen.lists.selected()) is not None and one.entry.code == code)
        self.qtbot.waitUntil(lambda: self.screen.retry.isEnabled() or bool(self.screen.retry.why_not))

    def press(self, name):
        button = self.find(QAbstractButton, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def is_at(self, screen):
        self.qtbot.waitUntil(lambda: self.window.stack.key == screen)
        return self.window.stack.current()

    def entry(self):
        (found,) = self.read(outbox.entries, self.qtbot)
        return found


def _mark(stores, *, code):
    with stores.account.database.transaction():
        stores.account.database.execute(
            "UPDATE outbox SET code = :code, status = :status",
            {"code": code, "status": OutboxStatus.NEEDS_YOU.value},
        )
    return frozenset({Topic.OUTBOX, Topic.DELEGATIONS})


@pytest.fixture
def desk(tmp_path, qapp, qtbot):
    made = Refusals(tmp_path)
    made.window.resize(1366, 698)
    made.begin_refused(qtbot)
    yield made
    made.close()


def case_is_open(desk, code):
    desk.press("remedyButton")
    screen = desk.is_at("delegations")
    desk.qtbot.waitUntil(lambda: screen.review.selection.id() == "del-000001")


def firm_is_open(desk, code):
    desk.press("remedyButton")
    screen = desk.is_at("firm")
    desk.qtbot.waitUntil(lambda: screen.firms.value() == FIRMS[1].id)
    assert screen.tabs.currentWidget().objectName() == PARTS.get(code, "firmPeople")


def signups_are_open(desk, code):
    desk.press("remedyButton")
    desk.is_at("signups")


def review_is_open(desk, code):
    desk.press("remedyButton")
    desk.is_at("reviews")


def form_is_open(desk, code):
    desk.press("remedyButton")
    desk.is_at("delegations")
    desk.qtbot.waitUntil(lambda: desk.is_shown("grantForm"))


def it_leaves_again(desk, code):
    desk.press("retryButton")
    desk.qtbot.waitUntil(lambda: desk.entry().status is OutboxStatus.QUEUED)


def browser_opens(desk, code):
    with desk.qtbot.waitSignal(desk.window.sign_in_flow.succeeded):
        desk.press("outboxSignInButton")
    desk.is_at(OUTBOX)  # one comes back to the line at hand


def it_is_reported(desk, code):
    desk.press("outboxReportButton")
    found = desk.window.findChildren
    desk.qtbot.waitUntil(lambda: any(one.isVisible() for one in found(QDialog, "bundleDialog")))
    for dialog in found(QDialog, "bundleDialog"):
        dialog.reject()


def the_reason_is_said(desk, code):
    assert not desk.is_shown("remedyButton")
    assert remedy_of(code).why_none in walks.words_of(desk.screen)


PRESSED = {
    Act.OPEN_CASE: case_is_open,
    Act.OPEN_FIRM: firm_is_open,
    Act.OPEN_SIGNUPS: signups_are_open,
    Act.OPEN_REVIEW: review_is_open,
    Act.ASK_AGAIN: form_is_open,
    Act.RETRY: it_leaves_again,
    Act.SIGN_IN: browser_opens,
    Act.REPORT: it_is_reported,
    Act.NONE: the_reason_is_said,
}


@pytest.mark.parametrize("act", list(Act))
def test_the_button_of_each_code_does_what_it_says(desk, act):
    codes = [code for code in sorted(CODES) if remedy_of(code).act is act]
    assert codes, "an act that no code has"
    for code in codes:
        desk.refuse(code)
        if act not in {Act.NONE, Act.RETRY, Act.SIGN_IN, Act.REPORT}:
            assert desk.find(QAbstractButton, "remedyButton").text().replace("&", "") == remedy_of(code).label
        PRESSED[act](desk, code)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("code", [code for code in sorted(CODES) if remedy_of(code).act is Act.OPEN_CASE])
def test_what_made_no_delegation_leads_to_where_it_was_entered(kind, code):
    screens = {one.item.key for one in specs()}
    assert place_of(kit.entry(kind=kind, code=code)).screen in screens
    named = kit.entry(kind=kind, code=code, delegation_id="del-000001")
    assert place_of(named) == ShowDelegation(delegation_id="del-000001")


def test_a_duplicate_leads_to_the_right_that_exists():
    refused = kit.entry(kind=Kind.GRANT, code="DEL_DUPLICATE", answer={"existing": "del-000009"})
    assert place_of(refused) == ShowDelegation(delegation_id="del-000009")
