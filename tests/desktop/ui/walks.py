"""Walks over every widget of a screen: names for the ear, plain text for the eye."""

from __future__ import annotations

import re
from collections import Counter

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

INNER = {"qt_spinbox_lineedit", "qt_scrollarea_viewport"}


def unnamed(root: QWidget) -> list[str]:
    """List what the keyboard reaches and a screen reader cannot name."""
    found = []
    for widget in root.findChildren(QWidget):
        if (
            not widget.isVisibleTo(root)
            or widget.objectName() in INNER
            or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            continue
        said = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        must_be_set = isinstance(widget, QComboBox | QLineEdit | QPlainTextEdit | QAbstractItemView)
        if not said or (must_be_set and not widget.accessibleName()):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def rich_labels(root: QWidget) -> list[str]:
    """List the labels that could read their text as HTML."""
    labels = root.findChildren(QLabel)
    return [label.text() for label in labels if label.textFormat() is not Qt.TextFormat.PlainText]


def words_of(root: QWidget) -> str:
    """Return every word that a person sees in the labels of a screen."""
    return "\n".join(label.text() for label in root.findChildren(QLabel) if label.isVisibleTo(root))


class WindowWatch(QObject):
    """Remembers every window that is shown: a part of a screen must never be one."""

    def __init__(self, application: QObject) -> None:
        super().__init__()
        self.shown: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note the windows as they are shown."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def twice_used_mnemonics(root: QWidget) -> list[str]:
    """List the letters that more than one visible label, button or tab of a screen answers to with Alt."""
    words = [one.text() for one in root.findChildren(QAbstractButton) if one.isVisibleTo(root)]
    words += [one.text() for one in root.findChildren(QLabel) if one.buddy() and one.isVisibleTo(root)]
    for bar in root.findChildren(QTabBar):
        words += [bar.tabText(tab) for tab in range(bar.count()) if bar.isVisibleTo(root)]
    letters = Counter(found[1].casefold() for text in words if (found := _MNEMONIC.search(text.replace("&&", ""))))
    return sorted(letter for letter, count in letters.items() if count > 1)


_MNEMONIC = re.compile(r"&(\w)")
