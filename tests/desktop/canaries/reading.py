"""The texts of a window as its reader sees them: what Qt takes for markup is read as Qt shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex
from PySide6.QtGui import QAction, Qt, QTextDocument, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QAbstractItemModel

_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def texts_of(root: QWidget) -> Iterator[str]:
    """List every text of a window: of its widgets, their models, menus, hints and accessible names."""
    for widget in (root, *root.findChildren(QWidget)):
        yield from _said_by(widget)
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
        yield from (_seen(widget.toolTip()), _seen(widget.whatsThis()))
    for action in root.findChildren(QAction):
        yield _without_mnemonic(action.text())
        yield _seen(action.toolTip())


def _said_by(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            is_rich = widget.textFormat() != Qt.TextFormat.PlainText
            yield _seen(widget.text()) if is_rich else widget.text()
        case QAbstractButton():
            yield _without_mnemonic(widget.text())
        case QLineEdit():
            yield from (widget.text(), widget.placeholderText())
        case QPlainTextEdit() | QTextEdit():
            yield widget.toPlainText()
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(row) for row in range(widget.count()))
        case QTabBar():
            yield from (_without_mnemonic(widget.tabText(tab)) for tab in range(widget.count()))
        case QGroupBox() | QDockWidget():
            yield _without_mnemonic(widget.title() if isinstance(widget, QGroupBox) else widget.windowTitle())
        case QAbstractItemView():
            if (model := widget.model()) is not None:
                yield from _held_by(model, QModelIndex())


def _held_by(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            yield from (value for role in _ROLES if isinstance(value := index.data(role), str))
            if isinstance(hint := index.data(Qt.ItemDataRole.ToolTipRole), str):
                yield _seen(hint)
            if not isinstance(model, QAbstractListModel | QAbstractTableModel):
                yield from _held_by(model, index)


def _seen(text: str) -> str:
    """Return what a reader sees where Qt guesses whether a text is markup."""
    return QTextDocumentFragment.fromHtml(text).toPlainText() if Qt.mightBeRichText(text) else text


def _without_mnemonic(text: str) -> str:
    """Return a text as a button shows it: one « & » marks a letter, two show one."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def links_of(root: QWidget) -> list[str]:
    """List what a person could click in the rich texts of a window."""
    found = []
    for edit in root.findChildren(QTextEdit):
        found += _links(edit.document())
    for label in root.findChildren(QLabel):
        if label.textFormat() != Qt.TextFormat.PlainText and Qt.mightBeRichText(label.text()):
            made = QTextDocument()
            made.setHtml(label.text())
            found += _links(made)
    return found


def _links(document: QTextDocument) -> Iterator[str]:
    block = document.begin()
    while block.isValid():
        for fragment in block:
            form = fragment.fragment().charFormat()
            if form.isImageFormat():
                yield f"image {form.toImageFormat().name()}"
            if form.anchorHref():
                yield form.anchorHref()
        block = block.next()
