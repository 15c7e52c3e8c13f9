"""The page that replaces everything when a local file cannot be used: nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.presentation import messages
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from comptexpert_desktop.errors import StoreError


class TroublePage(Page):
    """Says which file, why, and what to do."""

    quit_requested = Signal()

    def __init__(self, error: StoreError) -> None:
        super().__init__("Comptexpert ne peut pas ouvrir vos données", width=theme.WIDTH_READING, centred=True)
        message = messages.for_error(error)
        self.banner = Banner(name="errorBanner")
        self.banner.show_message(message.body, tone="danger", title=message.title)
        self.quit_button = primary("Quitter", name="quitButton")
        self.copy_button = secondary("Copier le diagnostic", name="copyDiagnosticButton", icon="copy")
        self.details = PlainLabel(
            "\n".join([f"Code : {error.code}", *(f"{name} : {value}" for name, value in sorted(error.data.items()))]),
            role="mono",
            selectable=True,
        )
        buttons = WrappingRow(self.quit_button, self.copy_button, spacing=SPACE * 2)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.details)
        self.body.addLayout(buttons)
        self.quit_button.clicked.connect(self.quit_requested)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details.text()))
