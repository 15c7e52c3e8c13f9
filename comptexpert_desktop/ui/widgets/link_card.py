"""A large button that says in two lines what it leads to."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.buttons import Button
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel


class LinkCard(Button):
    """An icon, a title, a sentence and an arrow; the whole surface is the button."""

    def __init__(
        self, icon: str, title: str, text: str, *, name: str = "", tone: str = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__("", variant="choice", name=name, parent=parent)
        self.title = PlainLabel(title, role="heading")
        self.text_label = PlainLabel(text, role="muted")
        self._icon = IconView(icon, tone, size=28)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 16, 16)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(4)
        accessible.speak_as(self.title, accessible.TEXT)  # the button is called by it: it begins no part of the screen
        for label in (self.title, self.text_label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(label)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(IconView("chevron-right", "muted"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_words(title, text)

    def set_words(self, title: str, text: str, *, icon: str = "", tone: str = "accent") -> None:
        """Say something else."""
        self.title.setText(title)
        self.text_label.setText(text)
        self.text_label.setVisible(bool(text))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        if icon:
            self._icon.set_icon(icon, tone)

    def hasHeightForWidth(self) -> bool:
        """Grow with the text when it wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Take what the words need."""
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else super().heightForWidth(width)

    def sizeHint(self) -> QSize:
        """Take what the words need."""
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Never cut the words."""
        layout = self.layout()
        return layout.totalMinimumSize() if layout is not None else super().minimumSizeHint()
