"""Show how far a long piece of work is, and let the person give it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.runtime.progress import Progress

_DELAY_MS = 350
"""Milliseconds before a person is shown that it lasts."""
_INTERVAL_MS = 100
_WHOLE = 1000


class ProgressDialog(QDialog):
    """A bar and a button; Esc gives up too. It shows by itself when the work lasts, and goes with `finish`."""

    def __init__(self, parent: QWidget, *, title: str, progress: Progress) -> None:
        super().__init__(parent)
        self.setObjectName("progressDialog")
        self.setWindowTitle(title)
        screen_room.widen(self, SPACE * 110)
        self._progress = progress
        self._said = PlainLabel("Préparation…", role="muted")
        self.bar = QProgressBar()
        self.bar.setObjectName("progressBar")
        self.bar.setAccessibleName(title)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _WHOLE)
        self.cancel_button = secondary("Arrêter", name="stopButton")
        self.cancel_button.clicked.connect(self.reject)
        self._build(title)
        self._interval = QTimer(self)
        self._interval.setInterval(_INTERVAL_MS)
        self._interval.timeout.connect(self._look)
        self._interval.start()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self.open)
        self._delay.start(_DELAY_MS)

    def finish(self) -> None:
        """Go away: the work is over."""
        self._interval.stop()
        self._delay.stop()
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        """Ask the work to stop; it says itself when it has."""
        self._progress.cancel()
        self._said.setText("Arrêt en cours…")
        self.cancel_button.setEnabled(False)

    def _look(self) -> None:
        if self._progress.is_cancelled:
            return
        fraction = self._progress.fraction
        self.bar.setValue(int(_WHOLE * fraction))
        self._said.setText(f"{int(100 * fraction)}{wording.NBSP}%")

    def _build(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 6, SPACE * 6, SPACE * 6, SPACE * 5)
        column.setSpacing(SPACE * 3)
        column.addWidget(PlainLabel(title, role="heading"))
        column.addWidget(self._said)
        column.addWidget(self.bar)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        column.addLayout(buttons)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
