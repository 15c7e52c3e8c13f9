"""The application on macOS, where an address that was clicked comes as an event and not as an argument."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Keeps what was opened before anybody listened."""

    address_opened = Signal()

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.waiting: list[str] = []

    def event(self, event: QEvent) -> bool:
        """Take the addresses out of the events of the application itself."""
        if isinstance(event, QFileOpenEvent):
            self.waiting.append(event.url().toString())
            self.address_opened.emit()
            return True
        return super().event(event)

    def take(self) -> list[str]:
        """Return what was opened since the last time."""
        found, self.waiting = self.waiting, []
        return found
