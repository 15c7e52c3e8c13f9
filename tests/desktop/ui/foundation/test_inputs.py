"""The inputs of the house: the wheel scrolls the page, the whole list is seen, a day is typed or chosen."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget, QVBoxLayout, QWidget

from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.page import Page

LONG = "Cabinet Delaunay, Kervella, Thévenet & Associés, bureau de Saint-Quentin-en-Yvelines"


def turn_the_wheel(widget: QWidget) -> None:
    """Turn the wheel above a widget; who ignores it leaves it to its parent, as Qt does with a real wheel."""
    above: QWidget | None = widget
    while above is not None:
        centre = QPointF(above.rect().center())
        event = QWheelEvent(
            centre,
            above.mapToGlobal(centre),
            QPoint(),
            QPoint(0, -360),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(above, event)
        if event.isAccepted():
            return
        above = above.parentWidget()


@pytest.fixture
def page(qtbot):
    """A page that is higher than its window, with an input of each kind at its top."""
    made = Page("Une page")
    choice, day = Choice(), Day()
    choice.offer([(f"Cabinet {number}", number) for number in range(300)])
    day.set_day(date(2026, 12, 31))
    made.body.addWidget(choice)
    made.body.addWidget(day)
    filler = QWidget()
    filler.setFixedHeight(3000)
    made.body.addWidget(filler)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    made.choice, made.day = choice, day
    return made


def test_the_wheel_scrolls_the_page_and_changes_no_choice(page):
    page.choice.setFocus()
    turn_the_wheel(page.choice)
    assert page.choice.value() == 0
    assert page.verticalScrollBar().value() > 0


def test_the_wheel_scrolls_the_page_and_changes_no_day(page):
    page.day.setFocus()
    turn_the_wheel(page.day)
    assert page.day.day() == date(2026, 12, 31)
    assert page.verticalScrollBar().value() > 0


def test_the_wheel_moves_in_the_list_once_it_is_open(page):
    page.choice.showPopup()
    view = page.choice.view()
    before = view.verticalScrollBar().value()
    turn_the_wheel(view.viewport())
    assert view.verticalScrollBar().value() > before
    assert page.verticalScrollBar().value() == 0
    page.choice.hidePopup()


def test_every_word_of_a_list_is_seen_and_the_list_stays_on_the_screen(qtbot):
    host = QWidget()
    choice = Choice()
    choice.offer([(LONG, 1), *((f"Ligne {number}", number) for number in range(2, 80))])
    QVBoxLayout(host).addWidget(choice)
    qtbot.addWidget(host)
    host.resize(220, 80)
    host.show()
    choice.showPopup()
    popup, screen = choice.view().window(), host.screen().availableGeometry()
    assert choice.view().viewport().width() >= choice.view().fontMetrics().horizontalAdvance(LONG)
    assert screen.contains(popup.geometry())
    choice.hidePopup()


def test_a_choice_is_kept_when_other_lines_are_offered(qtbot):
    choice = Choice()
    qtbot.addWidget(choice)
    told = []
    choice.currentIndexChanged.connect(told.append)
    choice.offer([("Un", 1), ("Deux", 2)], selected=2)
    choice.offer([("Zéro", 0), ("Deux", 2)])
    assert choice.value() == 2
    choice.offer([("Trois", 3)])
    assert choice.value() == 3
    assert told == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("31122026", date(2026, 12, 31)), ("1/2/2027", date(2027, 2, 1)), ("31022026", None), ("demain", None)],
)
def test_a_day_is_typed(qtbot, typed, expected):
    day = Day()
    qtbot.addWidget(day)
    with qtbot.waitSignal(day.changed):
        QTest.keyClicks(day, typed)
    assert day.day() == expected


def test_a_day_out_of_range_is_no_day(qtbot):
    day = Day()
    qtbot.addWidget(day)
    day.set_range(date(2026, 11, 25), date(2027, 11, 25))
    day.set_day(date(2030, 1, 1))
    assert day.day() is None
    assert day.typed() == date(2030, 1, 1)


def test_a_day_is_chosen_in_a_calendar_with_the_keyboard(qtbot):
    day = Day(calendar=True)
    qtbot.addWidget(day)
    day.set_range(date(2026, 11, 1), date(2026, 12, 31))
    day.set_day(date(2026, 11, 25))
    day.show()
    calendar = day.open_calendar()
    month = calendar.findChild(QCalendarWidget)
    assert day.screen().availableGeometry().contains(calendar.geometry())
    with qtbot.waitSignal(day.changed):
        month.activated.emit(month.selectedDate().addDays(1))
    assert day.day() == date(2026, 11, 26)
