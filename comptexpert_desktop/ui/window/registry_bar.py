"""Show how far a new copy of the registry is, and let the person keep the one in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.runtime.sync_loop import ImportGauge

DELAY_MS = 600
"""An import that ends sooner is not worth a word."""
WHOLE = 100


class RegistryBar(QWidget):
    """A line above the page while a long import lasts."""

    given_up = Signal()
    """The person stopped it; the copy in place stays."""

    def __init__(self, gauge: ImportGauge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("registryBar")
        self._gauge = gauge
        self._label = PlainLabel("Mise à jour de l’annuaire", role="strong")
        self.share = QProgressBar()
        self.share.setRange(0, WHOLE)
        self.share.setTextVisible(False)
        self.share.setAccessibleName("Mise à jour de l’annuaire")
        self.stop_button = secondary("Interrompre", name="stopRegistryButton")
        self._delay = QTimer(self, singleShot=True)
        self._delay.timeout.connect(self._appear)
        self._build()
        self.hide()
        gauge.announced.connect(self.show_share)
        gauge.ended.connect(self._end)
        self.stop_button.clicked.connect(self._give_up)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._label)
        words.addWidget(self.share)
        frame = QFrame()
        frame.setProperty("surface", "banner")
        frame.setProperty("tone", "info")
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 16, 32, 0)
        column.addWidget(frame)

    def show_share(self, share: float) -> None:
        """Show the share that is done, from 0 to 1; the bar appears when the import lasts."""
        percent = int(share * WHOLE)
        self.share.setValue(percent)
        self._label.setText(f"Mise à jour de l’annuaire : {percent} %")
        if self.isHidden() and not self._delay.isActive() and percent < WHOLE:
            self.stop_button.setEnabled(True)
            self._delay.start(DELAY_MS)

    def _appear(self) -> None:
        self.show()
        accessible.tell(self, self._label.text())

    def _give_up(self) -> None:
        self.stop_button.setEnabled(False)
        self._gauge.cancel()
        self.given_up.emit()

    def _end(self) -> None:
        self._delay.stop()
        self.hide()
