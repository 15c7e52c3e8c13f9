"""The rail on the left: where one can go, what the status is, who is signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QStyle, QVBoxLayout, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme, tooltips
from comptexpert_desktop.ui.look.theme import SPACE, WIDTH_RAIL
from comptexpert_desktop.ui.session.account_box import AccountBox
from comptexpert_desktop.ui.widgets.buttons import Button
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.window.status_view import StatusView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


WIDTH_FOLDED = 68
LOW = 480
"""Below this height the status and the account scroll with the screens."""


class NavItem(NamedTuple):
    """A screen of the navigation."""

    key: str
    label: str
    icon: str


class Navigation(QFrame):
    """One button a screen, Ctrl+1 to Ctrl+9; the status and the account below."""

    chosen = Signal(str)

    def __init__(self, items: Sequence[NavItem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        accessible.speak_as(self, accessible.TABS, name="Navigation")
        self.is_folded = self._is_low = False
        self.setFixedWidth(theme.scaled(WIDTH_RAIL))
        self.status = StatusView()
        self.account = AccountBox()
        self.buttons: dict[str, Button] = {}
        self._group = QButtonGroup(self)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(12, 18, 12, 10)
        column.setSpacing(2)
        self._brand_words = PlainLabel("Comptexpert", role="heading")
        accessible.speak_as(self._brand_words, accessible.TEXT)
        column.addLayout(_brand(self._brand_words))
        column.addSpacing(14)
        places = self._list = QVBoxLayout()
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(2)
        for item in items:
            places.addWidget(self._button(item))
        places.addStretch(1)
        self._places = _scrolling(places)
        column.addWidget(self._places, 1)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(2)
        for part in (_line(), self.status, _line(), self.account):
            foot.addWidget(part)
            foot.addSpacing(6)
        column.addWidget(self._foot)

    def light(self, key: str) -> None:
        """Show which screen is open; none when the key is unknown."""
        self._group.setExclusive(key in self.buttons)
        for name, button in self.buttons.items():
            button.setChecked(name == key)
            button.set_icon(_icon_name(button), tone="accent" if name == key else "muted")

    def set_label(self, key: str, label: str) -> None:
        """Call a screen by another name."""
        button = self.buttons[key]
        button.setAccessibleName(label)
        self._show_words(button)

    def fold(self, *, folded: bool) -> None:
        """Show icons alone, or icons and words."""
        if folded == self.is_folded:
            return
        self.is_folded = folded
        self._fit()
        side = 2 if folded else 12
        self._column.setContentsMargins(side, 18, side, 10)
        self._brand_words.setHidden(folded)
        self.status.fold(folded=folded)
        self.account.fold(folded=folded)
        for button in self.buttons.values():
            self._show_words(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let everything scroll, the status and the account too, where the window is low."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_low = self.height() < theme.scaled(LOW)
        if is_low is not self._is_low:
            self._is_low = is_low
            (self._list if is_low else self._column).addWidget(self._foot)
        width = theme.scaled(WIDTH_FOLDED if self.is_folded else WIDTH_RAIL)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if is_low else 0
        if width + bar != self.width():
            self.setFixedWidth(width + bar)
        has_bar = not self.is_folded or is_low  # beside the icons: else it would cover them
        needed, never = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._places.setVerticalScrollBarPolicy(needed if has_bar else never)

    def _show_words(self, button: Button) -> None:
        name = button.accessibleName()
        button.show_text("" if self.is_folded else name)
        tooltips.show_on(button, name if self.is_folded else "")

    def add_shortcuts(self) -> None:
        """Let Ctrl+1 to Ctrl+9 open the screens; after the first frame, which does not wait for it."""
        for rank, key in enumerate(self.buttons, start=1):
            QShortcut(QKeySequence(f"Ctrl+{rank}"), self, partial(self.chosen.emit, key))

    def _button(self, item: NavItem) -> Button:
        button = Button(item.label, variant="nav", name=f"nav-{item.key}", icon=item.icon, tone="muted")
        button.setCheckable(True)
        button.setAccessibleName(item.label)
        accessible.speak_as(button, accessible.TAB)
        button.setProperty("iconName", item.icon)
        button.clicked.connect(lambda: self.chosen.emit(item.key))
        self._group.addButton(button)
        self.buttons[item.key] = button
        return button


def _icon_name(button: Button) -> str:
    return str(button.property("iconName"))


def _brand(words: PlainLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(8, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(IconView("logo", "accent", size=28), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(words, 1)
    return row


def _scrolling(places: QVBoxLayout) -> QScrollArea:
    """Let the places scroll where the window is low."""
    inner = QWidget()
    inner.setProperty("page", "true")
    inner.setLayout(places)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumHeight(SPACE * 12)
    area.setWidget(inner)
    return area


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("surface", "line")
    return line
