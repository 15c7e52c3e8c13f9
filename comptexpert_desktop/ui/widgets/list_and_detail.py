"""A list and what stands beside it: side by side where there is room, one in place of the other where there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from comptexpert_desktop.settings.window_state import WindowState

WIDE = 980
"""From this width on the two stand side by side."""
_SHARES = (530, 470)
"""How they share the room at first, in thousandths."""


class ListAndDetail(QSplitter):
    """Two panes whose shares a person sets and finds again; never two halves one above the other."""

    turned = Signal()
    """Other panes stand here than before: both, the list alone, or the detail alone."""

    def __init__(self, first: QWidget, second: QWidget, *, state: WindowState, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._state, self._key = state, f"{name}-{Qt.Orientation.Horizontal.name}"
        self._list, self._detail = first, second
        self._is_wide, self._is_reading, self._is_single = True, False, False
        self.setChildrenCollapsible(False)
        self.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.setHandleWidth(SPACE * 3)
        self.addWidget(first)
        self.addWidget(second)
        kept = QByteArray.fromBase64(QByteArray(self._state.get(self._key).encode("ascii", "ignore")))
        if kept.isEmpty() or not self.restoreState(kept):
            self.setSizes(list(_SHARES))
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._remember)

    @property
    def has_one(self) -> bool:
        """Whether only one of the two stands here."""
        return self._is_single or not self._is_wide

    @property
    def is_reading(self) -> bool:
        """Whether the detail stands in place of the list."""
        return self.has_one and self._is_reading

    def open_detail(self) -> None:
        """Show the detail, in place of the list where both have no room."""
        self._is_reading = True
        self._arrange()

    def show_list(self) -> None:
        """Show the list again."""
        self._is_reading = False
        self._arrange()

    def keep_one(self, *, is_single: bool) -> None:
        """Leave the whole width to one of the two, whatever the room."""
        self._is_single = is_single
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put one in place of the other when the width crosses the limit; the keyboard stays where it is."""
        is_wide = event.size().width() >= theme.scaled(WIDE)
        if is_wide is not self._is_wide:
            self._is_wide = is_wide
            focused: QWidget | None = self.window().focusWidget()
            self._is_reading = focused is not None and self._detail.isAncestorOf(focused)
            self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        shown = (not self.has_one or not self._is_reading, not self.has_one or self._is_reading)
        before = (not self._list.isHidden(), not self._detail.isHidden())
        for pane, is_shown in sorted(zip((self._list, self._detail), shown, strict=True), key=lambda one: not one[1]):
            pane.setVisible(is_shown)
        if shown != before:
            self.turned.emit()

    def _remember(self) -> None:
        self._state.put(self._key, bytes(self.saveState().toBase64().data()).decode())
