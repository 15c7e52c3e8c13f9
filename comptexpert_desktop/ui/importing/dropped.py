"""A table that is dropped on a screen is read as if it had been chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

SUFFIXES = (".csv", ".txt", ".xlsx")


class DroppedFile(QObject):
    """Takes one local file; anything else falls through."""

    dropped = Signal(Path)

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file of a kind that can be read."""
        found = file_of(event.mimeData()) if isinstance(event, QDropEvent) else None
        if isinstance(event, QDropEvent) and found is not None:
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropped.emit(found)
            return True
        return super().eventFilter(watched, event)


def file_of(data: QMimeData) -> Path | None:
    """Return the one local table that is dragged; None for anything else."""
    addresses = data.urls()
    if len(addresses) != 1 or not addresses[0].isLocalFile():
        return None
    file = Path(addresses[0].toLocalFile())
    return file if file.suffix.lower() in SUFFIXES else None
