"""The window fits the screens of cabinets, is found again as it was left, and lets everything be reached when small."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from comptexpert_desktop.domain.identity import Identity
from comptexpert_desktop.settings.window_state import FILE_NAME, WindowState
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.look.theme import WIDTH_RAIL
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.window.startup_window import MIN_SIZE, BareWindow
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui import kit
from tests.desktop.ui.benches import one_delegation
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.desktop.ui.foundation.test_main_window import PLACES
from tests.desktop.ui.selection_walk import settler

if TYPE_CHECKING:
    from comptexpert_desktop.ui.window.main_window import MainWindow

LOU = Identity(
    login_id="lou.nom001",
    profile="collaborateur",
    masked_email="l•••@c•••.example",
    role="staff",
    since=kit.NOW - timedelta(days=400),
    earlier=2,
    is_first_high_risk=True,
)
LAPTOP = QSize(1366, 698)
"""What 1366 by 768 leaves between a title bar and a task bar."""


def test_the_first_window_fits_the_screen(qtbot):
    window = BareWindow(WindowState())
    qtbot.addWidget(window)
    window.show()
    assert window.screen().availableGeometry().contains(window.frameGeometry())


def test_the_smallest_size_fits_a_laptop_at_200_percent(qtbot):
    assert MIN_SIZE.width() < 680
    assert MIN_SIZE.height() < 380


def test_the_window_is_found_again_as_it_was_left(qtbot, tmp_path):
    state = WindowState(tmp_path)
    first = BareWindow(state)
    first.resize(700, 500)
    first.move(40, 30)
    first.show()
    first.close()
    state.write()
    second = BareWindow(WindowState(tmp_path))
    qtbot.addWidget(second)
    second.show()
    assert (second.size(), second.pos()) == (QSize(700, 500), first.pos())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"window": 3}', b'{"window": "AAAA"}'])
def test_a_file_that_makes_no_sense_changes_nothing(qtbot, tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    window = BareWindow(WindowState(tmp_path))
    qtbot.addWidget(window)
    assert window.screen().availableGeometry().width() >= window.width() >= MIN_SIZE.width()


def test_nothing_is_written_when_nothing_changed_and_a_folder_that_cannot_be_written_is_borne(tmp_path):
    WindowState(tmp_path).write()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("Un fichier à la place du dossier.")
    state = WindowState(tmp_path / "file")
    state.put("window", "x")
    state.write()
    assert state.get("window") == "x"


@pytest.mark.parametrize("key", [*PLACES, "reviews", "vault"])
def test_everything_is_reached_in_the_smallest_window(window_kit, qtbot, key):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    window_kit.window.resize(MIN_SIZE)
    screen = window_kit.window.open(Destination(key))
    window_kit.read(status.summary, qtbot)
    window = window_kit.window
    assert window.size() == MIN_SIZE
    assert window.navigation.is_folded
    out_of_reach = [
        f"{type(one).__name__} {one.objectName()} {one.text()}"
        for one in screen.findChildren(QAbstractButton)
        if one.isVisibleTo(screen) and not can_be_seen(one, window)
    ]
    assert out_of_reach == []


def can_be_seen(widget: QWidget, window: MainWindow) -> bool:
    """Scroll every area round a widget to it, as the keyboard does, and look whether it stands in the window."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 2, 2)
        parent = parent.parentWidget()
    corner = widget.mapTo(window, widget.rect().center())
    return window.rect().contains(corner)


@pytest.mark.parametrize("identity", [LOU, None], ids=["answered", "silent"])
def test_a_laptop_shows_ten_rows_and_the_case_whole(app_kit, qtbot, identity):
    waiting = [one_delegation(number) for number in range(1, 24)]
    app_kit.gateways.identities = {one.id: identity for one in waiting if identity is not None}
    robot = DeskRobot(app_kit, qtbot, *waiting)
    robot.screen.resize(LAPTOP.width() - WIDTH_RAIL, LAPTOP.height())
    robot.settle()
    table, detail = robot.table, robot.desk.pane.detail
    assert table.viewport().height() // table.rowHeight(0) >= 10
    said = detail.widget().findChild(PlainLabel, "identityLine")
    qtbot.waitUntil(lambda: (LOU.masked_email in said.text()) is (identity is not None))
    robot.settle()
    assert detail.widget().height() <= detail.viewport().height()
    assert not table.horizontalScrollBar().isVisible()
    assert robot.desk.pane.bar.isVisible()


def test_the_split_the_columns_and_the_order_are_found_again(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, *(kit.delegation(number) for number in range(1, 6)))
    context = replace(app_kit.context(), window_state=WindowState())

    def opened() -> DelegationsScreen:
        screen = DelegationsScreen(context)
        qtbot.addWidget(screen)
        screen.resize(1200, 700)
        screen.show()
        screen.activate()
        settler(app_kit, rounds=6)()
        return screen

    first = opened()
    split = first.review.laid_out.split
    split.setSizes([700, 400])
    split.splitterMoved.emit(700, 1)
    sizes = split.sizes()
    first.review.laid_out.menu.lines_requested.emit(False)
    first.review.table.horizontalHeader().resizeSection(0, 222)
    first.review.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    settler(app_kit, rounds=6)()
    first.save()
    second = opened()
    assert not second.review.table.are_lines
    assert second.review.table.columnWidth(0) == 222
    assert second.review.query_bar.query().sort == "valid_until"
    assert second.review.query_bar.query().descending
    second.review.laid_out.menu.lines_requested.emit(True)
    settler(app_kit, rounds=6)()
    assert second.review.laid_out.split.sizes() == sizes
    assert second.review.query_bar.query().sort == "valid_until"
    assert robot.desk is not None


def test_a_question_grows_with_its_text_and_scrolls_beyond_the_screen(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    host.show()
    dialog = Question(host, title="Une question", text="Un texte.", action="Continuer", tone="primary")
    dialog.open()
    qtbot.waitExposed(dialog)
    small = dialog.height()
    dialog.body.addWidget(PlainLabel(" ".join(["Une phrase de plus."] * 60)))
    qtbot.waitUntil(lambda: dialog.height() > small)
    assert not dialog.findChild(QScrollArea).verticalScrollBar().isVisible()
    dialog.body.addWidget(PlainLabel(" ".join(["Une phrase de plus."] * 1000)))
    room = host.screen().availableGeometry()
    qtbot.waitUntil(lambda: dialog.findChild(QScrollArea).verticalScrollBar().isVisible())
    assert dialog.height() <= room.height()
    assert dialog.rect().contains(dialog.confirm_button.geometry())
    dialog.reject()
