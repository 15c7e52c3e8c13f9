"""One row of a form: label, input, hint and error, tied together for the eye, the keyboard and the ear."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style


class Field(QWidget):
    """An input below its label; `label` may hold a mnemonic (« &Nom »), or be empty round a named group."""

    def __init__(
        self, label: str, widget: QWidget, *, hint: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.input = widget
        if name:
            widget.setObjectName(name)
        self.label = PlainLabel(label, role="label")
        self.label.setBuddy(_focus_target(widget))
        self._hint = PlainLabel(hint, role="hint")
        self._error = PlainLabel(role="error")
        self._error_row = QWidget()
        spoken = label.replace("&", "")
        _focus_target(widget).setAccessibleName(spoken)
        _focus_target(widget).setAccessibleDescription(hint)
        self._build()

    def error(self) -> str:
        """Return the error shown, or an empty text."""
        return "" if self._error_row.isHidden() else self._error.text()

    def set_hint(self, text: str) -> None:
        """Replace the hint above the input."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        _focus_target(self.input).setAccessibleDescription(text)

    def set_error(self, text: str) -> None:
        """Show what to correct, beside the input and aloud."""
        self._error.setText(text)
        self._error_row.setVisible(bool(text))
        target = _focus_target(self.input)
        target.setAccessibleDescription(text or self._hint.text())
        set_style(target, invalid=bool(text))
        label = self.label.text().replace("&", "")
        accessible.tell(target, f"{label}{wording.NBSP}: {text}" if text and label else text, at_once=True)

    def clear_error(self) -> None:
        """Forget the error."""
        if not self._error_row.isHidden():
            self.set_error("")

    def focus_input(self) -> None:
        """Put the keyboard in the input."""
        _focus_target(self.input).setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        error_line = QHBoxLayout(self._error_row)
        error_line.setContentsMargins(0, 0, 0, 0)
        error_line.setSpacing(6)
        error_line.addWidget(IconView("alert-circle", "danger", size=16), 0, Qt.AlignmentFlag.AlignTop)
        error_line.addWidget(self._error, 1)
        self._error_row.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.label, self._hint, self.input, self._error_row):
            column.addWidget(part)
        self.label.setVisible(bool(self.label.text()))
        self._hint.setVisible(bool(self._hint.text()))


def _focus_target(widget: QWidget) -> QWidget:
    return widget.focusProxy() or widget
