"""What covers the window while the desk is locked: who is expected, and how to open it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.session.sign_in import SignInState
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.session.sign_in import SignIn
    from comptexpert_desktop.usecases.support.status import StatusSummary

READY = (
    "Le poste est verrouillé, la session reste ouverte. Les envois en attente continuent de partir. Reconnectez-vous "
    "dans votre navigateur pour reprendre."
)
WAITING = "Terminez la connexion dans votre navigateur. Cette fenêtre s’ouvrira d’elle-même."


class LockPage(Page):
    """Shows nothing of the desk."""

    sign_in_requested = Signal()
    vault_requested = Signal()
    """The system's keyring is locked too: its own prompt is proof enough."""
    sign_out_requested = Signal()

    def __init__(self, sign_in: SignIn) -> None:
        super().__init__("Comptexpert est verrouillé", width=theme.WIDTH_FORM, centred=True)
        self.setObjectName("lockPage")
        self._sign_in = sign_in
        self.banner = Banner(name="lockBanner")
        self.who = PlainLabel(role="strong")
        self.text = PlainLabel()
        self.unlock_button = primary("Déverrouiller", name="unlockButton", icon="sign-in")
        self.vault_button = secondary("Ouvrir le trousseau", name="unlockVaultButton", icon="key")
        self.cancel_button = secondary("Annuler", name="cancelUnlockButton")
        self.sign_out_button = quiet("Se déconnecter", name="lockSignOutButton", icon="sign-out")
        card = Card()
        card.add(self.who)
        card.add(self.text)
        row = QHBoxLayout()
        for button in (self.unlock_button, self.vault_button, self.cancel_button, self.sign_out_button):
            row.addWidget(button)
        row.addStretch(1)
        card.add(row)
        self.body.addWidget(self.banner)
        self.body.addWidget(card)
        self.vault_button.hide()
        self.unlock_button.clicked.connect(self.sign_in_requested)
        self.vault_button.clicked.connect(self.vault_requested)
        self.cancel_button.clicked.connect(sign_in.cancel)
        self.sign_out_button.clicked.connect(self.sign_out_requested)
        sign_in.changed.connect(self.refresh)
        self.refresh()

    def show_summary(self, summary: StatusSummary) -> None:
        """Say whose desk it is."""
        login_id = summary.account.login_id if summary.account else ""
        self.who.setText(f"Compte{wording.NBSP}: {login_id}" if login_id else "Compte verrouillé")
        self.vault_button.setVisible(summary.vault == "KEYRING_LOCKED")

    def show_error(self, error: ComptexpertError) -> None:
        """Say why it stays locked."""
        message = messages.for_error(error)
        self.banner.show_message(message.body, tone=message.tone, title=message.title)

    def refresh(self) -> None:
        """Show where the sign-in stands."""
        is_waiting = self._sign_in.state is SignInState.WAITING
        self.text.setText(WAITING if is_waiting else READY)
        self.unlock_button.setVisible(not is_waiting)
        self.cancel_button.setVisible(is_waiting)
        if self._sign_in.error is not None:
            self.show_error(self._sign_in.error)
        elif is_waiting:
            self.banner.clear()
