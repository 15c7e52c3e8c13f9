"""« Notifications »: counted in the navigation, read from the keyboard, and each leads to its case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton

from comptexpert_desktop.domain.notice import About, Kind, Notice
from comptexpert_desktop.domain.wire_types import SyncPage
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.notices import words
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import notices as notice_store
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.outbox import notices
from tests.desktop.ui import walks
from tests.desktop.ui.window_kit import NOW
from tests.fakes import a_delegation, a_me

NOTICES = frozenset({"notices"})


@pytest.fixture
def kit(window_kit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    window_kit.window._count_notices()
    return window_kit


def arrive(kit, *cases, others=()):
    """Let changes arrive as the synchronisation brings them."""

    def write(stores):
        page = SyncPage(cursor="c", delegations=cases, is_full=False)
        with stores.account.database.transaction():
            notices.note_page(stores.account, page=page, me=a_me(), is_first=False, now=NOW)
            delegation_store.keep(stores.account, delegations=cases)
            notice_store.add(stores.account, notices=others, is_shown=False)
        return NOTICES

    kit.tasks.write(kit.changes, write, wakes=False)


def a_notice(kind, **about):
    return Notice(f"n/{kind}", kind, NOW, About(**about))


def opened(kit, qtbot, rows):
    screen = kit.window.open(Destination("notices"))
    qtbot.waitUntil(lambda: screen.model.rowCount() == rows)
    return screen


def key(kit, which):
    kit.window.activateWindow()
    target = kit.find(QListView, "noticeList")
    target.setFocus()
    QApplication.processEvents()
    QTest.keyClick(target, which)


def rail(kit):
    return kit.window.navigation.buttons["notices"].text()


def test_the_navigation_says_how_many_are_unread(kit, qtbot):
    assert rail(kit) == "Notifications"
    arrive(kit, a_delegation(), a_delegation())
    qtbot.waitUntil(lambda: rail(kit) == "Notifications (2)")
    assert kit.window.navigation.buttons["notices"].accessibleName() == "Notifications (2)"


def test_a_notice_says_what_of_whom_and_when(kit, qtbot):
    arrive(kit, a_delegation(requested_at=NOW))
    screen = opened(kit, qtbot, 1)
    index = screen.model.index(0)
    assert index.data() == "Nouvelle demande à décider"
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Nouvelle, Nouvelle demande à décider, Aujourd’hui à ")
    assert "Karim LEROUX · jesignexpert · préparer · Cabinet Aubier" in spoken
    assert "1\u00a0notification non lue." in walks.words_of(screen)


def test_one_is_read_with_a_letter_and_all_with_a_button(kit, qtbot):
    arrive(kit, *(a_delegation() for _number in range(3)))
    screen = opened(kit, qtbot, 3)
    key(kit, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: rail(kit) == "Notifications (2)")
    assert not kit.find(QPushButton, "readNoticeButton").isEnabled()
    kit.find(QPushButton, "readAllButton").click()
    qtbot.waitUntil(lambda: rail(kit) == "Notifications")
    assert "Tout est lu." in walks.words_of(screen)
    assert screen.model.rowCount() == 3


def test_enter_opens_the_case_and_marks_it_read(kit, qtbot):
    first, second = a_delegation(), a_delegation(service="portal", rights=())
    arrive(kit, first, second)
    screen = opened(kit, qtbot, 2)
    requested = screen.model.notice(0).delegation_id
    key(kit, Qt.Key.Key_Return)
    desk = kit.window.stack.screen_of("delegations")
    qtbot.waitUntil(lambda: desk.isVisible() and desk.desk() is not None)
    qtbot.waitUntil(lambda: desk.desk().table.selection.id() == requested)
    qtbot.waitUntil(lambda: rail(kit) == "Notifications (1)")


@pytest.mark.parametrize(
    ("kind", "screen"),
    [
        (Kind.REVIEW_OPENED, "reviews"),
        (Kind.ABSENCE_ASKED, "firm"),
        (Kind.SIGNUP_ACTIVATED, "signups"),
    ],
)
def test_each_kind_leads_where_it_is_answered(kit, qtbot, kind, screen):
    arrive(kit, others=(a_notice(kind, person="Hugo GARNIER", day="2026-12-20"),))
    opened(kit, qtbot, 1)
    kit.find(QPushButton, "openNoticeButton").click()
    qtbot.waitUntil(kit.window.stack.screen_of(screen).isVisible)


def test_the_screen_opens_on_the_first_that_was_not_read(kit, qtbot):
    arrive(kit, a_delegation(requested_at=NOW))
    screen = opened(kit, qtbot, 1)
    key(kit, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: rail(kit) == "Notifications")
    kit.window.open(Destination("home"))
    arrive(kit, a_delegation(requested_at=NOW.replace(year=2025)))
    opened(kit, qtbot, 2)
    qtbot.waitUntil(lambda: screen.list.currentIndex().row() == 1)


def test_nothing_new_is_said(kit, qtbot):
    screen = kit.window.open(Destination("notices"))
    qtbot.waitUntil(lambda: "Rien de nouveau" in walks.words_of(screen))


def test_every_part_can_be_heard_and_shows_plain_text(kit, qtbot):
    case = a_delegation()
    arrive(kit, replace(case, grantee=replace(case.grantee, surname="<b>X</b>")))
    opened(kit, qtbot, 1)
    assert walks.unnamed(kit.window) == []
    assert walks.rich_labels(kit.window) == []


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_words_and_a_group_names_nobody(kind):
    notice = a_notice(kind, person="Hugo GARNIER", service="rfc", day="2026-12-20", firm="Cabinet", count=1)
    assert words.title(notice)[0].isupper()
    assert "Hugo" not in words.title(notice)
    assert words.detail(notice, labels=Labels())
    told = words.group([kind, kind])
    assert told.startswith("2\u00a0")
    assert "Hugo" not in told
    assert not any(mark in told for mark in "!;")


def test_a_group_counts_each_kind_and_sums_the_rest():
    kinds = [Kind.REQUESTED] * 3 + [Kind.REVOKED, Kind.EXPIRED, Kind.CEASED, Kind.ENDING]
    assert words.group(kinds) == (
        "3\u00a0nouvelles demandes à décider. 1\u00a0délégation révoquée. 1\u00a0délégation échue. 2\u00a0autres."
    )


def test_several_ends_are_one_line():
    many = a_notice(Kind.ENDING, count=12, day="2026-12-20")
    assert words.title(many) == "12\u00a0droits qui prennent bientôt fin"
    assert words.detail(many, labels=Labels()) == "À partir du 20\u00a0décembre 2026."
