"""The reason of a request: how much was written, and how much may be."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.form import Field

MIN_REASON = 10
MAX_REASON = 500


class ReasonField(Field):
    """Counts the characters above the input."""

    def __init__(self, label: str, *, is_needed: bool) -> None:
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(SPACE * 24)
        super().__init__(label, self.edit, name="reasonEdit")
        self._is_needed = is_needed
        self.edit.textChanged.connect(self._count)
        self._count()

    def text(self) -> str:
        """Return what was written."""
        return self.edit.toPlainText().strip()

    def is_too_long(self) -> bool:
        """Tell whether more was written than a reason may hold."""
        return len(self.text()) > MAX_REASON

    def _count(self) -> None:
        length = len(self.text())
        if length < MIN_REASON and self._is_needed:
            self.set_hint(f"{wording.count(length, 'caractère')} sur {MIN_REASON} au moins.")
        else:
            self.clear_error()
            self.set_hint(f"{wording.count(length, 'caractère')} sur {MAX_REASON} au plus.")
