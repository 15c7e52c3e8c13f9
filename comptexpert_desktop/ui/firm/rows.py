"""Lines of the cabinet's cards: a name, what is known of it, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look import theme, tooltips
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton

    from comptexpert_desktop.presentation.firm.words import Look

NARROW = 620
"""Below this width two buttons or more stand under the words of a line."""


class Row(QFrame):
    """One thing of a list."""

    def __init__(
        self, title: str, lines: Sequence[str] = (), *, looks: Sequence[Look] = (), buttons: Sequence[QWidget] = ()
    ) -> None:
        super().__init__()
        text = QVBoxLayout()
        text.setSpacing(SPACE)
        text.addWidget(PlainLabel(title, role="strong"))
        for line in filter(None, lines):
            text.addWidget(PlainLabel(line, role="muted"))
        if looks:
            states = QHBoxLayout()
            states.setSpacing(SPACE * 2)
            for look in looks:
                states.addWidget(Badge(look.icon, look.word, look.tone))
            states.addStretch(1)
            text.addLayout(states)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE, 0, SPACE)
        row.setSpacing(SPACE * 3)
        turns_at = theme.scaled(NARROW) if len(buttons) > 1 else 0
        row.addWidget(TurningBox(text, WrappingRow(*buttons, spacing=SPACE * 2), turns_at=turns_at, shares=(1, 0)))


class Rows(QVBoxLayout):
    """A list of lines that is replaced as a whole; says why it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(SPACE * 2)

    def fill(self, rows: Sequence[QWidget], *, instead: str) -> None:
        """Replace the lines, with a rule between them."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, row in enumerate(rows or [PlainLabel(instead, role="muted")]):
            if number:
                self.addWidget(_line())
            self.addWidget(row)
            row.show()  # now, so that the keyboard can come back to it


def permit(button: QPushButton, why_not: str) -> None:
    """Let a button be pressed, or say why it cannot be."""
    button.setEnabled(not why_not)
    said = f"Pourquoi{wording.NBSP}? {why_not}" if why_not else ""
    tooltips.show_on(button, said)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("surface", "line")
    return line
