"""The rail on the left: where one can go, what the status is, who is signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.ui.session.account_box import AccountBox
from comptexpert_desktop.ui.status_view import StatusView
from comptexpert_desktop.ui.theme import WIDTH_RAIL
from comptexpert_desktop.ui.widgets.buttons import Button
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence


class Place(NamedTuple):
    """A screen of the navigation."""

    key: str
    label: str
    icon: str


class Navigation(QFrame):
    """One button a screen, Ctrl+1 to Ctrl+9; the status and the account below."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        self.setFixedWidth(WIDTH_RAIL)
        self.status = StatusView()
        self.account = AccountBox()
        self.buttons: dict[str, Button] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 18, 12, 10)
        column.setSpacing(2)
        column.addLayout(_brand())
        column.addSpacing(14)
        for place in places:
            column.addWidget(self._button(place))
        column.addStretch(1)
        for part in (_line(), self.status, _line(), self.account):
            column.addWidget(part)
            column.addSpacing(6)

    def light(self, key: str) -> None:
        """Show which screen is open; none when the key is unknown."""
        self._group.setExclusive(key in self.buttons)
        for name, button in self.buttons.items():
            button.setChecked(name == key)
            button.set_icon(_icon_name(button), tone="accent" if name == key else "muted")

    def set_label(self, key: str, label: str) -> None:
        """Call a screen by another name."""
        self.buttons[key].setText(label)
        self.buttons[key].setAccessibleName(label)

    def add_shortcuts(self) -> None:
        """Let Ctrl+1 to Ctrl+9 open the screens; after the first frame, which does not wait for it."""
        # Imported here for the same reason.
        from PySide6.QtGui import QKeySequence, QShortcut  # noqa: PLC0415

        for rank, key in enumerate(self.buttons, start=1):
            QShortcut(QKeySequence(f"Ctrl+{rank}"), self, partial(self.chosen.emit, key))

    def _button(self, place: Place) -> Button:
        button = Button(place.label, variant="nav", name=f"nav-{place.key}", icon=place.icon, tone="muted")
        button.setCheckable(True)
        button.setAccessibleName(place.label)
        button.setProperty("iconName", place.icon)
        button.clicked.connect(lambda: self.chosen.emit(place.key))
        self._group.addButton(button)
        self.buttons[place.key] = button
        return button


def _icon_name(button: Button) -> str:
    return str(button.property("iconName"))


def _brand() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(8, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(IconView("logo", "accent", size=28), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(PlainLabel("Comptexpert", role="heading"), 1)
    return row


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("surface", "line")
    return line
