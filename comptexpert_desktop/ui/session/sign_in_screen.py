"""What is shown while the browser has the hand, and when it gives it back without success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from comptexpert_desktop.ui.destinations import HOME, Destination
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.session.sign_in import COPIED, SignInState
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from comptexpert_desktop.ui.session.sign_in import SignIn

WAITING = (
    "Votre navigateur s’est ouvert sur la page de connexion. Terminez-y la connexion : "
    "cette fenêtre suivra d’elle-même."
)
_AGAIN, _REOPEN = "Recommencer", "Rouvrir la page"
BROWSER_ONLY = "Votre mot de passe se saisit dans le navigateur, et nulle part ailleurs."


class SignInScreen(Screen):
    """Waits for the browser, with a way out."""

    def __init__(self, context: ScreenContext, *, sign_in: SignIn) -> None:
        super().__init__(context, title="Connexion", name="signInScreen")
        self._sign_in = sign_in
        self._shown = sign_in.state
        page = Page(self.title, width=theme.WIDTH_FORM, centred=True)
        self.card = Card("Terminez la connexion dans votre navigateur", name="signInWaiting")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("Connexion en cours")
        self.cancel_button = secondary("Annuler", name="cancelSignInButton")
        self.again_button = primary(_AGAIN, name="retrySignInButton", icon="sign-in")
        self.copy_button = secondary("Copier l’adresse", name="copySignInButton", icon="copy")
        self.card.add(PlainLabel(WAITING))
        self.card.add(bar)
        self.card.add(PlainLabel(BROWSER_ONLY, role="muted"))
        buttons = WrappingRow(self.again_button, self.copy_button, self.cancel_button, spacing=theme.SPACE * 2)
        page.body.addWidget(self.banner)
        page.body.addWidget(self.card)
        page.body.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self.cancel_button.clicked.connect(self._leave)
        self.again_button.clicked.connect(self.banner.clear)  # an address that was copied leads nowhere any more
        self.again_button.clicked.connect(sign_in.again)
        self.copy_button.clicked.connect(sign_in.again_by_address)
        sign_in.address_given.connect(self._copy)
        sign_in.changed.connect(self.activate)
        self.activate()

    def activate(self) -> None:
        """Show where the sign-in stands."""
        is_waiting = self._sign_in.state is SignInState.WAITING
        self.card.setVisible(is_waiting)
        self.again_button.setText(_REOPEN if is_waiting else _AGAIN)
        error = self._sign_in.error
        if error is not None:
            self.show_error(error)
        elif self._shown is not self._sign_in.state:
            self.banner.clear()
        self._shown = self._sign_in.state
        if self.isVisible():
            (self.cancel_button if is_waiting else self.again_button).setFocus()

    def _copy(self, address: str) -> None:
        QGuiApplication.clipboard().setText(address)
        self.banner.show_message(COPIED, tone="info")

    def _leave(self) -> None:
        self._sign_in.cancel()
        self.context.navigator.open(Destination(HOME))
