"""Show a state in one word, with an icon: never by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.tone import Tone


class Badge(QFrame):
    """A pill with an icon and a word."""

    def __init__(
        self, icon_name: str = "dot", text: str = "", tone: Tone = "neutral", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "badge")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        accessible.speak_as(self, accessible.TEXT)
        self._icon = IconView(icon_name, tone, size=14)
        self._label = PlainLabel(text, wrap=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 10, 3)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self._label)
        self.set_badge(icon_name, text, tone)

    def text(self) -> str:
        """Return the word shown."""
        return self._label.text()

    def fold(self, *, folded: bool) -> None:
        """Show the icon alone, whose word the tip says."""
        self._label.setHidden(folded)

    def set_badge(self, icon_name: str, text: str, tone: Tone) -> None:
        """Show another state."""
        self._icon.set_icon(icon_name, tone)
        self._label.setText(text)
        self.setAccessibleName(text)
        tooltips.show_on(self, text)
        set_style(self, tone=tone)
