"""Ask who the person is to the proxy; the dialog returns a name and a password and never uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.network_check import ProxyAccount

IN_CLEAR = (
    "Ce proxy n’est pas joint en https. Le mot de passe y va sans chiffrement\u00a0: qui écoute le réseau du cabinet "
    "peut le lire."
)
PLAIN = "&Envoyer le mot de passe sans chiffrement"
MANAGED = "Géré par votre service informatique."


class ProxyDialog(Question):
    """A name, a password, and where they go."""

    forgotten = Signal()
    """The account that is kept shall be kept no more."""

    def __init__(self, parent: QWidget, account: ProxyAccount, *, user_is_locked: bool) -> None:
        super().__init__(
            parent,
            title="Accès au réseau",
            text=f"Le proxy {account.place} demande un nom et un mot de passe. Ils ne sont montrés qu’à lui. Le mot de "
            "passe est gardé par le trousseau de ce poste.",
            action="S’identifier",
            tone="primary",
        )
        self.setObjectName("proxyDialog")
        self.user_edit, self.password_edit = QLineEdit(account.user), QLineEdit()
        self.plain_box = Check(PLAIN)
        self.plain_box.setObjectName("plainPasswordBox")
        self._is_private = account.is_private
        self.user_edit.setReadOnly(user_is_locked)
        self.password_edit.setEchoMode(QLineEdit.EchoMode.Password)
        hint = MANAGED if user_is_locked else "Souvent le nom de votre session."
        self.body.addWidget(Field("&Nom de compte", self.user_edit, hint=hint, name="proxyUserEdit"))
        self.body.addWidget(Field("&Mot de passe", self.password_edit, name="proxyPasswordEdit"))
        if not account.is_private:
            self.body.addWidget(PlainLabel(IN_CLEAR, role="muted"))
            self.body.addWidget(self.plain_box)
        self.plain_box.toggled.connect(self._refresh)
        for edit in (self.user_edit, self.password_edit):
            edit.textChanged.connect(self._refresh)
            edit.returnPressed.connect(self.confirm_button.click)
        self._refresh()
        self.delete_button = quiet("&Oublier ce compte", name="forgetProxyButton", icon="trash")
        self.delete_button.setVisible(bool(account.user) and not user_is_locked)
        self.delete_button.clicked.connect(self._delete)
        self.body.addWidget(self.delete_button, 0, Qt.AlignmentFlag.AlignLeft)
        (self.password_edit if account.user else self.user_edit).setFocus()

    def _delete(self) -> None:
        self.forgotten.emit()
        self.reject()

    def _refresh(self) -> None:
        is_agreed = self._is_private or self.plain_box.isChecked()
        is_filled = bool(self.user_edit.text().strip() and self.password_edit.text())
        self.confirm_button.setEnabled(is_filled and is_agreed)


def ask(
    parent: QWidget,
    account: ProxyAccount,
    *,
    user_is_locked: bool,
    done: Callable[[str, str], None],
    forgotten: Callable[[], None],
) -> ProxyDialog:
    """Ask; `done` is given the name and the password, only when the person confirms."""
    dialog = ProxyDialog(parent, account, user_is_locked=user_is_locked)

    def give() -> None:
        user, password = dialog.user_edit.text().strip(), dialog.password_edit.text()
        dialog.password_edit.clear()
        done(user, password)

    dialog.accepted.connect(give)
    dialog.forgotten.connect(forgotten)
    dialog.open()
    return dialog
