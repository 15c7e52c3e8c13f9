"""Who is signed in, at the foot of the navigation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.widgets.buttons import Button, icon_button
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.usecases.support.status import OtherAccount, StatusSummary


class AccountBox(QWidget):
    """A name and a way out, or a way in."""

    sign_in_requested = Signal()
    sign_out_requested = Signal()
    lock_requested = Signal()
    switch_requested = Signal(str)
    """The id of the account to put at the desk."""
    own_requested = Signal()
    """The screen of the account that is signed in."""
    accounts_requested = Signal()
    """The screen of the accounts of this machine."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = PlainLabel(role="strong")
        self.name.setObjectName("accountName")
        self.login = PlainLabel(role="hint")
        self.sign_in_button = Button("Se connecter", variant="secondary", name="signInButton", icon="sign-in")
        self.own_button = Button("Mon compte", variant="quiet", name="ownAccountButton", icon="user")
        self.switch_button = Button("Changer de compte", variant="quiet", name="switchAccountButton", icon="users")
        self.sign_out_button = Button("Se déconnecter", variant="quiet", name="signOutButton", icon="sign-out")
        self.lock_button = icon_button("lock", "Verrouiller", name="lockButton")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.name, 1)
        head.addWidget(self.lock_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        for part in (self.login, self.sign_in_button, self.own_button, self.switch_button, self.sign_out_button):
            column.addWidget(part)
        self.sign_in_button.clicked.connect(self.sign_in_requested)
        self.lock_button.clicked.connect(self.lock_requested)
        self.own_button.clicked.connect(self.own_requested)
        self.switch_button.clicked.connect(self._offer)
        self.sign_out_button.clicked.connect(self.sign_out_requested)
        for button in (self.own_button, self.switch_button, self.sign_out_button):
            button.setAccessibleName(button.text())
        self._others: tuple[OtherAccount, ...] = ()
        self._is_folded = False
        self.show_account(None)

    def show_account(self, summary: StatusSummary | None) -> None:
        """Show who is signed in; the name may be out of reach while the vault is locked."""
        is_signed_in = summary is not None and summary.is_signed_in
        account = summary.account if summary is not None else None
        must_return = summary is not None and bool(summary.session_code)
        self.name.setText(account.display_name if account else "Compte verrouillé" if is_signed_in else "Non connecté")
        self.login.setText(account.login_id if account else "")
        self.sign_in_button.setAccessibleName("Se reconnecter" if must_return else "Se connecter")
        self.sign_in_button.setVisible(not is_signed_in or must_return)
        self._others = summary.others if summary is not None else ()
        self.switch_button.setVisible(bool(self._others))
        self.own_button.setVisible(is_signed_in)
        self.sign_out_button.setVisible(is_signed_in)
        self.lock_button.setVisible(is_signed_in)
        self._show_words()

    def fold(self, *, folded: bool) -> None:
        """Show icons alone, or icons and words."""
        self._is_folded = folded
        self._show_words()

    def _show_words(self) -> None:
        """Say who is signed in, unless there is no room for words."""
        self.name.setHidden(self._is_folded)
        self.login.setHidden(self._is_folded or not self.login.text())
        for button in (self.sign_in_button, self.own_button, self.switch_button, self.sign_out_button):
            words = button.accessibleName()
            button.setText("" if self._is_folded else words)
            tooltips.show_on(button, words if self._is_folded else "")

    def _offer(self) -> None:
        """Let the person choose among the other accounts of this machine."""
        menu = QMenu(self)
        accessible.come_back_from(menu)
        menu.setObjectName("switchAccountMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for other in self._others:
            action = menu.addAction(other.login_id.replace("&", "&&"))
            action.triggered.connect(partial(self.switch_requested.emit, other.account_id))
        menu.addSeparator()
        menu.addAction("Gérer les comptes…").triggered.connect(self.accounts_requested)
        menu.popup(self.switch_button.mapToGlobal(self.switch_button.rect().topLeft()))
