"""What people expect everywhere: copy, right click, back and forward, F5, a file that is dropped."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableView, QWidget

from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.importing.dropped import DroppedFile, file_of
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ActionSpec
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits, rows_as_text
from comptexpert_desktop.ui.window.history import History


def a_table(qtbot) -> QTableView:
    view = QTableView()
    qtbot.addWidget(view)
    model = QStandardItemModel(0, 3, view)
    for number in range(3):
        model.appendRow([QStandardItem(f"{name}{number}") for name in "abc"])
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.show()
    return view


def test_selected_rows_are_copied_as_a_sheet_takes_them(qtbot):
    view = a_table(qtbot)
    add_row_habits(view)
    view.setColumnHidden(1, True)
    view.selectAll()
    assert rows_as_text(view) == "a0\tc0\na1\tc1\na2\tc2"
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("a0\tc0")


def test_a_copied_row_runs_nothing_in_the_sheet_that_takes_it(qtbot):
    view = a_table(qtbot)
    view.model().item(0, 0).setText('=HYPERLINK("http://a.example")')
    view.selectRow(0)
    assert rows_as_text(view).startswith("'=HYPERLINK")


def test_a_right_click_says_what_can_be_done_and_first_what_may_be(qtbot):
    view, done = a_table(qtbot), []
    registry = ActionRegistry(view)
    registry.add(ActionSpec("no", "Interdit"), lambda: done.append("no")).allow("ce n’est pas possible")
    registry.add(ActionSpec("yes", "Permis"), lambda: done.append("yes"))
    add_row_habits(view, registries=(registry,))
    view.customContextMenuRequested.emit(QPoint(4, 4))
    assert view.findChild(QMenu, "rowMenu") is None  # nothing is selected
    view.selectRow(1)
    view.customContextMenuRequested.emit(QPoint(4, 4))
    menu = view.findChild(QMenu, "rowMenu")
    assert [one.text() for one in menu.actions() if one.text()] == ["Permis", "Interdit", "Copier"]
    menu.actions()[0].trigger()
    assert done == ["yes"]
    menu.close()


def test_back_and_forward_as_in_a_browser():
    history = History()
    for name in ("home", "outbox", "outbox", "firm"):
        history.add(Destination(name))
    assert history.move(-1) == Destination("outbox")
    assert history.move(-1) == Destination("home")
    assert history.move(-1) is None
    assert history.move(1) == Destination("outbox")
    history.add(Destination("settings"))
    assert history.move(1) is None
    assert history.move(-1) == Destination("outbox")


def test_the_window_goes_back_and_forward_and_f5_exchanges(window_kit, qtbot):
    window_kit.show()
    window_kit.window.start()
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    window_kit.window.open(Destination("outbox"))
    window_kit.window.open(Destination("settings"))
    QTest.keyClick(QApplication.focusWidget() or window_kit.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window_kit.window.stack.key == "outbox")
    QTest.keyClick(QApplication.focusWidget() or window_kit.window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window_kit.window.stack.key == "settings")
    with qtbot.waitSignal(window_kit.sync.turning):
        QTest.keyClick(QApplication.focusWidget() or window_kit.window, Qt.Key.Key_F5)


def test_one_table_that_is_dropped_is_read_and_nothing_else(qtbot, tmp_path):
    target, taken = QWidget(), []
    qtbot.addWidget(target)
    watch = DroppedFile(target)
    watch.dropped.connect(taken.append)
    for name in ("droits.csv", "droits.xlsx", "photo.png"):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        event = QDropEvent(
            QPointF(1, 1), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        assert watch.eventFilter(target, event) == (name != "photo.png")
    assert taken == [tmp_path / "droits.csv", tmp_path / "droits.xlsx"]
    far = QMimeData()
    far.setUrls([QUrl("https://ailleurs.example/droits.csv")])
    assert file_of(far) is None
