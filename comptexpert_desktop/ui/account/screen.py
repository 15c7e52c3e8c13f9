"""« Mon compte »: who one is, another address, one's name, one's mails and data, and the end of the account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from comptexpert_desktop.domain.commands import ChooseMails
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import ServerError
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.account import words
from comptexpert_desktop.ui.account.change_dialogs import ChangeQuestion, ClosingDialog, EmailDialog, NameDialog
from comptexpert_desktop.ui.account.invitations_card import InvitationsCard
from comptexpert_desktop.ui.account.mails_card import MailsCard
from comptexpert_desktop.ui.account.mandate_card import MandateCard
from comptexpert_desktop.ui.account.profile_page import ProfilePage
from comptexpert_desktop.ui.account.submission import Submission
from comptexpert_desktop.ui.destinations import VAULT, Destination
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets import save_file
from comptexpert_desktop.ui.widgets.buttons import Button, danger, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.session import accounts, own_account, session

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.usecases.ports import Gateways, Stores


@dataclass(frozen=True, slots=True)
class _Shown:
    """Who is signed in, what they chose, and what closing the account would lose."""

    me: Me | None
    unsent: int
    has_weekly_mails: bool = False


def _read(stores: Stores) -> _Shown:
    return _Shown(session.current(stores), own_account.unsent(stores), own_account.has_weekly_mails(stores))


class AccountScreen(Screen):
    """The account of whoever is signed in."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Mon compte", name="accountScreen")
        self._tasks = context.tasks
        self._shown = _Shown(None, 0)
        self._submission = Submission(context, owner=self, banner=self.banner)
        self.facts = QGridLayout()
        self.whose, self.leaving = PlainLabel(role="muted"), PlainLabel()
        self.leaving.setObjectName("ownDeparture")
        self.name_button = secondary("Corriger mon nom", name="correctNameButton", icon="pencil")
        self.email_button = secondary("Changer d’adresse", name="changeEmailButton", icon="mail")
        self.sessions_button = secondary("Où ce compte est ouvert", name="ownSessionsButton", icon="key")
        self.data_button = secondary("Télécharger mes données", name="downloadDataButton", icon="file")
        self.close_button = danger("Fermer mon compte", name="closeAccountButton", icon="trash")
        self.page = Page(self.title)
        self.profile_button = secondary("Je change de statut", name="profileStoryButton", icon="award")
        self.profile = ProfilePage(context.tasks)
        server_url = context.preferences.settings.server_url
        self.invitations = InvitationsCard(links=context.links, server_url=server_url)
        self.mandate = MandateCard(links=context.links, server_url=server_url)
        self.mails = MailsCard()
        for part in (
            self._own_card(),
            self.mandate,
            self.invitations,
            self.mails,
            self._data_card(),
            self._closing_card(),
        ):
            self.page.body.addWidget(part)
        self.mails.chosen.connect(
            lambda weekly: self._submission.send(ChooseMails(weekly), account_id=self._account_id(self._shown))
        )
        self.nobody = EmptyState("user", words.SIGN_IN, words.SIGN_IN_WHY, "Se connecter", context.navigator.sign_in)
        self.stack = Pages()
        self.stack.addWidget(self.nobody)
        self.stack.addWidget(self.page)
        self.stack.addWidget(self.profile)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        self.profile_button.clicked.connect(self._open_profile)
        self.profile.back_requested.connect(lambda: self.stack.setCurrentWidget(self.page))
        self.name_button.clicked.connect(self._ask_name)
        self.email_button.clicked.connect(lambda: self._ask(EmailDialog(self)))
        self.sessions_button.clicked.connect(lambda: context.navigator.open(Destination(VAULT)))
        self.data_button.clicked.connect(self._ask_data)
        self.close_button.clicked.connect(self._ask_closing)
        context.changes.listen(self, Topic.SESSION, Topic.OUTBOX, call=self.reload)

    def activate(self) -> None:
        """Show who is signed in, and what still waits of their changes."""
        self.banner.clear()
        self.reload()
        self._submission.remind()

    def reload(self) -> None:
        """Read again who is signed in."""
        self._tasks.read(self, _read, self._show, channel="own-account")

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, shown: _Shown) -> None:
        is_other = self._account_id(shown) != self._account_id(self._shown)
        if is_other:
            self._submission.delete()
        self._shown = shown
        if shown.me is None:
            self.stack.setCurrentWidget(self.nobody)
            return
        account = shown.me.account
        while (item := self.facts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, value) in enumerate(words.facts(account)):
            self.facts.addWidget(PlainLabel(label, role="muted"), row, 0)
            self.facts.addWidget(PlainLabel(value), row, 1)
        self.leaving.setText(" ".join(filter(None, words.about_firms(shown.me.firms))))
        self.leaving.setVisible(bool(self.leaving.text()))
        is_member = bool(account.entry_id)
        self.whose.setText(words.OF_REGISTRY if is_member else words.OF_ONESELF)
        for button in (self.name_button, self.email_button):
            button.setVisible(not is_member)
        self.mandate.show_mandate(shown.me.mandate)
        self.mails.show_choice(is_weekly=shown.has_weekly_mails)
        if is_other or self.stack.currentWidget() is not self.profile:
            self.stack.setCurrentWidget(self.page)

    @staticmethod
    def _account_id(shown: _Shown) -> str:
        return shown.me.account.account_id if shown.me is not None else ""

    def _open_profile(self) -> None:
        self.stack.setCurrentWidget(self.profile)
        self.profile.open(self._account_id(self._shown))

    # -- Changing -------------------------------------------------------------------------------

    def _ask_name(self) -> None:
        if self._shown.me is not None:
            self._ask(NameDialog(self, account=self._shown.me.account))

    def _ask(self, dialog: ChangeQuestion) -> None:
        account_id = self._account_id(self._shown)
        dialog.accepted.connect(lambda: self._submission.send(dialog.change(), account_id=account_id))
        dialog.open()

    # -- The data -------------------------------------------------------------------------------

    def _ask_data(self) -> None:
        save_file.ask_file(
            self,
            title="Enregistrer mes données",
            name="dataFileDialog",
            suggested=words.FILE_NAME,
            kind="Document JSON (*.json)",
            chosen=self._download,
        )

    def _download(self, target: Path) -> None:
        self.banner.clear()
        work = partial(_save_data, account_id=self._account_id(self._shown), target=target)
        self._tasks.call(self, work, partial(self._saved, target), failed=self.show_error, channel="own-data")

    def _saved(self, target: Path, written: bool) -> None:  # noqa: FBT001 - what the work gave
        name = wording.quoted(target.name)
        if written:
            self.banner.show_message(f"Vos données sont enregistrées{wording.NBSP}: {name}.", tone="success")
        else:
            self.banner.show_message(
                f"Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", tone="danger"
            )

    # -- The end --------------------------------------------------------------------------------

    def _ask_closing(self) -> None:
        if self._shown.me is None:
            return
        account = self._shown.me.account
        dialog = ClosingDialog(self, login_id=account.login_id, unsent=self._shown.unsent)
        dialog.accepted.connect(lambda: self._close(account.account_id))
        dialog.open()

    def _close(self, account_id: str) -> None:
        self.banner.clear()
        self.close_button.setEnabled(False)
        self._tasks.call(
            self,
            partial(own_account.close, account_id=account_id),
            lambda _nothing: self._delete_here(account_id),
            failed=self._not_closed,
            channel="own-end",
        )

    def _delete_here(self, account_id: str) -> None:
        work = partial(accounts.delete, account_id=account_id)
        self._tasks.write(self, work, self._closed, failed=self.show_error)

    def _closed(self) -> None:
        self.close_button.setEnabled(True)
        self.banner.show_message(words.CLOSED, tone="success")
        self.reload()

    def _not_closed(self, error: ComptexpertError) -> None:
        self.close_button.setEnabled(True)
        if isinstance(error, ServerError) and own_account.has_lost_answer(error):
            self.banner.show_message(words.LOST, title=words.LOST_TITLE, tone="warning")
        else:
            self.show_error(error)

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong; what wants a fresh proof leads to the browser."""
        if error.code in messages.SIGN_IN_AGAIN:
            self.banner.show_message(
                words.FRESH,
                title=words.FRESH_TITLE,
                tone="warning",
                action_text="Se connecter",
                action=self.context.navigator.sign_in,
            )
            return
        super().show_error(error)

    # -- Building -------------------------------------------------------------------------------

    def _own_card(self) -> Card:
        card = Card("Qui vous êtes")
        self.facts.setHorizontalSpacing(24)
        self.facts.setColumnStretch(1, 1)
        card.add(self.facts)
        card.add(self.whose)
        card.add(self.leaving)
        for pair in ((self.name_button, self.email_button), (self.profile_button, self.sessions_button)):
            row = WrappingRow(*pair, spacing=SPACE * 2)
            card.add(row)
        return card

    def _data_card(self) -> Card:
        card = Card("Vos données")
        card.add(PlainLabel(words.DATA_TEXT))
        card.add(_alone(self.data_button))
        return card

    def _closing_card(self) -> Card:
        card = Card("Fermer le compte")
        card.add(PlainLabel(words.CLOSE_TEXT))
        card.add(PlainLabel(words.FOR_GOOD))
        card.add(_alone(self.close_button))
        return card


def _alone(button: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    return row


def _save_data(gateways: Gateways, *, account_id: str, target: Path) -> bool:
    return save_file.write(target, own_account.fetch_data(gateways, account_id=account_id))
