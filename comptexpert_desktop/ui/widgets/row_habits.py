"""What people expect of rows everywhere: Ctrl+C copies those that are selected, a right click says what can be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView

from comptexpert_desktop.domain.table import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ScreenAction

COPY = "Copier"


def add_row_habits(view: QAbstractItemView, *, registries: Iterable[ActionRegistry] = ()) -> None:
    """Let rows be copied, and let a menu show the actions of these registries."""
    copy = QAction(COPY, view)
    copy.setShortcut(QKeySequence.StandardKey.Copy)
    copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    copy.triggered.connect(lambda _checked=False: QGuiApplication.clipboard().setText(rows_as_text(view)))
    view.addAction(copy)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.customContextMenuRequested.connect(partial(_open_menu, view, copy, tuple(registries)))


def rows_as_text(view: QAbstractItemView) -> str:
    """Return the selected rows, one a line, the visible columns apart by tabs; a sheet that takes them runs nothing."""
    model, selected = view.model(), view.selectionModel()
    rows = sorted({index.row() for index in selected.selectedIndexes()})
    shown = [number for number in range(model.columnCount()) if not _is_hidden(view, number)]
    role = Qt.ItemDataRole.DisplayRole if len(shown) > 1 else Qt.ItemDataRole.AccessibleTextRole
    return "\n".join("\t".join(_text(view, row, number, role) for number in shown) for row in rows)


def _text(view: QAbstractItemView, row: int, column: int, role: Qt.ItemDataRole) -> str:
    index = view.model().index(row, column)
    said = index.data(role) or index.data(Qt.ItemDataRole.DisplayRole) or ""
    return safe(" ".join(str(said).replace("\t", " ").splitlines()))


def _is_hidden(view: QAbstractItemView, column: int) -> bool:
    return isinstance(view, QTableView) and view.isColumnHidden(column)


def _open_menu(view: QAbstractItemView, copy: QAction, registries: tuple[ActionRegistry, ...], place: QPoint) -> None:
    if not view.selectionModel().hasSelection():
        return
    menu = menu_of(view, copy, registries)
    menu.popup(view.viewport().mapToGlobal(place))


def menu_of(view: QAbstractItemView, copy: QAction, registries: Iterable[ActionRegistry]) -> QMenu:
    """Make the menu of the selected rows: what may be done now, then what may not, greyed."""
    menu = QMenu(view)
    menu.setObjectName("rowMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    shown: list[ScreenAction] = [one for registry in registries for one in registry if one.isVisible()]
    for action in sorted(shown, key=lambda one: not one.isEnabled()):
        menu.addAction(action)
    if shown:
        menu.addSeparator()
    menu.addAction(copy)
    return menu
