"""The window of a start that is refused: why, whom to call, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.growing_area import GrowingArea
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from comptexpert_desktop.errors import ComptexpertError

_WIDTH = 560


class RefusalWindow(QWidget):
    """Says why the application does not start; nothing was opened, read or sent."""

    def __init__(self, error: ComptexpertError) -> None:
        super().__init__()
        self.setWindowTitle("Comptexpert")
        message = messages.for_error(error)
        heading = PlainLabel("Comptexpert ne peut pas démarrer", role="title")
        self.banner = Banner(name="errorBanner")
        self.banner.show_message(message.body, tone="danger", title=message.title)
        self.banner.close_button.hide()  # without its reason the window would say nothing
        contact = str(error.data.get("contact") or "")
        self.contact = PlainLabel(f"Assistance{wording.NBSP}: {contact}" if contact else "", role="strong")
        self.contact.setVisible(bool(contact))
        self.details = PlainLabel(_details(error), role="mono", selectable=True)
        self.quit_button = primary("Quitter", name="quitButton")
        self.copy_button = secondary("Copier le détail", name="copyDetailsButton", icon="copy")
        self.quit_button.clicked.connect(self.close)
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(self.details.text()))
        buttons = WrappingRow(self.quit_button, self.copy_button, spacing=SPACE * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 6, SPACE * 6, SPACE * 6, SPACE * 5)
        column.setSpacing(SPACE * 4)
        self._area = GrowingArea(width=theme.scaled(_WIDTH))
        self._area.body.setSpacing(SPACE * 4)
        for widget in (heading, self.banner, self.contact, self.details):
            self._area.body.addWidget(widget)
        self._area.body.addStretch(1)
        column.addWidget(self._area, 1)
        column.addLayout(buttons)
        self.quit_button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Open as high as what is said, within the screen; then it scrolls."""
        room = screen_room.room(self)
        self.setMaximumSize(room)
        self.resize(self.sizeHint().boundedTo(room))
        super().showEvent(event)


def _details(error: ComptexpertError) -> str:
    known = {name: value for name, value in sorted(error.data.items()) if name != "contact" and value}
    lines = [f"Code{wording.NBSP}: {error.code}", *(f"{name}{wording.NBSP}: {value}" for name, value in known.items())]
    return "\n".join(lines)
