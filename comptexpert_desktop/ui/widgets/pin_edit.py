"""An input for a PIN: its digits are not shown."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

MAX_DIGITS = 12


def pin_edit() -> QLineEdit:
    """Make the input."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setMaxLength(MAX_DIGITS)
    return edit
