"""What covers the window while the desk is locked: who is expected, and how to open it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.session.sign_in import COPIED, SignInState
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.pin_edit import pin_edit
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.session.sign_in import SignIn
    from comptexpert_desktop.usecases.support.status import StatusSummary

_LOCKED = "Le poste est verrouillé, la session reste ouverte. Les envois en attente continuent de partir."
READY = f"{_LOCKED} Reconnectez-vous dans votre navigateur pour continuer."
READY_WITH_PIN = f"{_LOCKED} Entrez votre PIN, ou reconnectez-vous dans votre navigateur."
BY_BROWSER_ALONE = "Déverrouiller"
BY_BROWSER = "Me reconnecter dans le navigateur"
"""The same act beside a PIN: two ways stand there, and each says what it does."""
PIN_HINT = "Ouvre sans connexion. Ce qui demande votre session attendra qu’elle soit rétablie."
WAITING = "Terminez la connexion dans votre navigateur. Cette fenêtre s’ouvrira d’elle-même."


class LockPage(Page):
    """Shows nothing of the desk."""

    sign_in_requested = Signal()
    pin_entered = Signal(str)
    """The person gives their PIN: no connection is needed."""
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
        self._has_pin = self._waited = False
        self.pin_edit = pin_edit()
        self.pin = Field("&PIN de ce poste", self.pin_edit, hint=PIN_HINT, name="pinEdit")
        self.pin_button = primary("Ouvrir par le PIN", name="unlockPinButton", icon="key")
        self.unlock_button = primary(BY_BROWSER_ALONE, name="unlockButton", icon="sign-in")
        self.vault_button = secondary("Ouvrir le trousseau", name="unlockVaultButton", icon="key")
        self.again_button = secondary("Rouvrir la page", name="reopenUnlockButton", icon="sign-in")
        self.copy_button = secondary("Copier l’adresse", name="copyUnlockButton", icon="copy")
        self.cancel_button = secondary("Annuler", name="cancelUnlockButton")
        self.sign_out_button = quiet("Se déconnecter", name="lockSignOutButton", icon="sign-out")
        card = Card()
        card.add(self.who)
        card.add(self.text)
        self._when_waiting = (self.again_button, self.copy_button, self.cancel_button)
        others = (self.unlock_button, self.vault_button, *self._when_waiting, self.sign_out_button)
        card.add(self.pin)
        card.add(WrappingRow(self.pin_button, spacing=theme.SPACE * 2))
        card.add(WrappingRow(*others, spacing=theme.SPACE * 2))
        self.body.addWidget(self.banner)
        self.body.addWidget(card)
        self.vault_button.hide()
        self.pin_button.clicked.connect(self._give_pin)
        self.pin_edit.returnPressed.connect(self._give_pin)
        self.unlock_button.clicked.connect(self.sign_in_requested)
        self.vault_button.clicked.connect(self.vault_requested)
        self.again_button.clicked.connect(self.banner.clear)
        self.again_button.clicked.connect(sign_in.again)
        self.copy_button.clicked.connect(sign_in.again_by_address)
        self.cancel_button.clicked.connect(sign_in.cancel)
        sign_in.address_given.connect(self._copy)
        self.sign_out_button.clicked.connect(self.sign_out_requested)
        sign_in.changed.connect(self.refresh)
        self.refresh()

    def show_summary(self, summary: StatusSummary) -> None:
        """Say whose desk it is."""
        login_id = summary.account.login_id if summary.account else ""
        self.who.setText(f"Compte{wording.NBSP}: {login_id}" if login_id else "Compte verrouillé")
        self.vault_button.setVisible(summary.vault == "KEYRING_LOCKED")
        came, self._has_pin = not self._has_pin and summary.pin == "ready", summary.pin == "ready"
        self.refresh()
        if came and not self.pin.isHidden():
            self.pin_edit.setFocus()

    def show_pin_error(self, error: ComptexpertError) -> None:
        """Say why the PIN opened nothing, and what is left to do."""
        self._let_enter(may_enter=True)
        message, left = messages.for_error(error), error.data.get("left")
        if isinstance(left, int):
            tries = wording.count(left, "tentative")
            self.pin.set_error(f"{message.body} Encore {tries}, puis seul le navigateur ouvrira.")
            self.pin_edit.setFocus()
        else:
            self.show_error(error)

    def _give_pin(self) -> None:
        entered = self.pin_edit.text()
        if entered and self.pin_edit.isEnabled():
            self.pin_edit.clear()
            self.pin.clear_error()
            self._let_enter(may_enter=False)
            self.pin_entered.emit(entered)

    def _let_enter(self, *, may_enter: bool) -> None:
        """Take one PIN at a time: each is checked slowly, on purpose."""
        self.pin_edit.setEnabled(may_enter)
        self.pin_button.setEnabled(may_enter)

    def show_error(self, error: ComptexpertError) -> None:
        """Say why it stays locked."""
        message = messages.for_error(error)
        self.banner.show_message(message.body, tone=message.tone, title=message.title)

    def _copy(self, address: str) -> None:
        if self.isVisible():
            QGuiApplication.clipboard().setText(address)
            self.banner.show_message(COPIED, tone="info")

    def refresh(self) -> None:
        """Show where the sign-in stands."""
        is_waiting = self._sign_in.state is SignInState.WAITING
        ready = READY_WITH_PIN if self._has_pin else READY
        self.text.setText(WAITING if is_waiting else ready)
        self.unlock_button.setVisible(not is_waiting)
        self.unlock_button.setText(BY_BROWSER if self._has_pin else BY_BROWSER_ALONE)
        self.unlock_button.set_variant("secondary" if self._has_pin else "primary")
        for part in (self.pin, self.pin_button):
            part.setVisible(self._has_pin and not is_waiting)
        for part in self._when_waiting:
            part.setVisible(is_waiting)
        if self._sign_in.error is not None:
            self.show_error(self._sign_in.error)
        elif is_waiting and not self._waited:
            self.banner.clear()
        self._waited = is_waiting
