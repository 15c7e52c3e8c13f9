"""Ask for another address, for a name, and for the identifiant of whoever closes their account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from comptexpert_desktop.domain.typed_values import MAX_EMAIL, MAX_NAME, without_invisible
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.usecases.session import own_account

if TYPE_CHECKING:
    from comptexpert_desktop.domain.commands import AccountChange
    from comptexpert_desktop.domain.session import Account


class ChangeQuestion(Question):
    """A question that closes once what was typed makes a change, and says beside each field what does not."""

    def __init__(self, parent: QWidget, *, title: str, text: str, action: str, name: str) -> None:
        super().__init__(parent, title=title, text=text, action=action, tone="primary")
        self.setObjectName(name)
        self.fields: dict[str, Field] = {}

    def change(self) -> AccountChange:
        """Return the change that was typed; raises InvalidInput."""
        raise NotImplementedError

    def add(self, key: str, field: Field) -> None:
        """Show a field under the name that a problem of it has."""
        self.fields[key] = field
        self.body.addWidget(field)

    def accept(self) -> None:
        """Close when the change can be made, or show what is to be corrected."""
        for field in self.fields.values():
            field.clear_error()
        try:
            self.change()
        except InvalidInput as error:
            for problem in reversed(error.problems):
                self.fields[problem.field].set_error(messages.for_field(problem.code))
                self.fields[problem.field].focus_input()
            return
        super().accept()


class EmailDialog(ChangeQuestion):
    """Another address."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent, title="Changer d’adresse", text=words.EMAIL_TEXT, action="Changer d’adresse", name="emailDialog"
        )
        self._edit = _line("", max_length=MAX_EMAIL)
        self.add("email", Field("&Nouvelle adresse électronique", self._edit, name="newEmailEdit"))
        self._edit.setFocus()

    def change(self) -> AccountChange:
        """Return the change that was typed; raises InvalidInput."""
        return own_account.change_email(self._edit.text())


class NameDialog(ChangeQuestion):
    """One's own name, as it is now, to correct."""

    def __init__(self, parent: QWidget, *, account: Account) -> None:
        super().__init__(
            parent, title="Corriger votre nom", text=words.NAME_TEXT, action="Corriger le nom", name="nameDialog"
        )
        self._given_name = _line(account.given_name, max_length=MAX_NAME)
        self._surname = _line(account.surname, max_length=MAX_NAME)
        self.add("given_name", Field("&Prénom", self._given_name, name="givenNameEdit"))
        self.add("surname", Field("&Nom", self._surname, name="surnameEdit"))
        self._given_name.setFocus()

    def change(self) -> AccountChange:
        """Return the change that was typed; raises InvalidInput."""
        return own_account.correct_name(given_name=self._given_name.text(), surname=self._surname.text())


class ClosingDialog(Question):
    """Close one's account: the button waits for the identifiant, so that no slip of the hand does it."""

    def __init__(self, parent: QWidget, *, login_id: str, unsent: int) -> None:
        super().__init__(
            parent,
            title="Fermer votre compte\u00a0?",
            text=words.before_closing(login_id, unsent=unsent),
            action="Fermer le compte",
            tone="danger",
        )
        self.setObjectName("closingDialog")
        self._login_id = login_id
        self._edit = _line("", max_length=len(login_id) * 2)
        self.body.addWidget(Field("&Votre identifiant", self._edit, name="closingLoginEdit"))
        self._edit.textChanged.connect(self._refresh)
        self._refresh()
        self._edit.setFocus()

    def _refresh(self) -> None:
        self.confirm_button.setEnabled(without_invisible(self._edit.text()).lower() == self._login_id)


def _line(text: str, *, max_length: int) -> QLineEdit:
    edit = QLineEdit(text)
    edit.setMaxLength(max_length)
    return edit
