"""Stack banners above a page: no room is taken while none has anything to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.ui.widgets.banner import Banner


class Notices(QWidget):
    """A column of banners that hides with the last of them."""

    def __init__(self, banners: Sequence[Banner], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(32, 16, 32, 0)
        self._column.setSpacing(8)
        for banner in banners:
            self.add(banner)

    def add(self, banner: QWidget) -> None:
        """Put one more below the others."""
        self._banners.append(banner)
        self._column.addWidget(banner)
        banner.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show or hide with the banners."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        self.setVisible(any(not banner.isHidden() for banner in self._banners))
