"""A review is found: from the first screen while one is open, and from the page of the firm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.domain.review import OpenReview
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.session import session
from tests.fakes import a_me
from tests.fakes_firm import FIRM_ID
from tests.fakes_review import REVIEW_ID

OPEN = OpenReview(FIRM_ID, REVIEW_ID, date(2026, 12, 20), date(2027, 1, 3), "open", 5, 4)


def know(desk, *reviews):
    """Let the machine know what `/me` says of reviews."""

    def keep(stores):
        session.keep_me(stores.account, me=replace(a_me(), reviews=reviews))
        return frozenset({"session"})

    desk.tasks.write(desk.changes, keep)


def test_the_first_screen_says_how_many_rights_wait_and_opens_them(desk, qtbot):
    know(desk, OPEN)
    qtbot.waitUntil(lambda: desk.is_shown("homeReviewButton"))
    button = desk.find(QPushButton, "homeReviewButton")
    assert "4\u00a0droits à revoir" in button.accessibleName()
    assert "jusqu’au 20\u00a0décembre 2026" in button.accessibleDescription() + button.accessibleName()
    button.click()
    desk.screen = desk.window.stack.screen_of("reviews")
    qtbot.waitUntil(desk.is_settled)
    assert desk.texts(0)[0] == "Karim LEROUX"


def test_without_an_open_review_the_first_screen_says_nothing_of_it(desk, qtbot):
    qtbot.waitUntil(lambda: desk.is_shown("homeServicesButton"))
    assert not desk.is_shown("homeReviewButton")


def test_the_page_of_the_firm_leads_to_it(desk, qtbot):
    screen = desk.window.open(Destination("firm"))
    qtbot.waitUntil(lambda: "Lu sur le serveur" in desk.words())
    screen.rules.reviews_requested.emit()
    desk.screen = desk.window.stack.screen_of("reviews")
    qtbot.waitUntil(desk.is_settled)
    assert desk.texts(0)
