"""« Identifiants enregistrés »: what this machine keeps of each account, and where one is signed in elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.vault import words
from comptexpert_desktop.ui.vault.lock_card import LockCard
from comptexpert_desktop.ui.vault.rows import account_row, session_row
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import danger, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import accounts, own_sessions, session, status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.session.idle import LockDelay
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.accounts import SavedAccount
    from comptexpert_desktop.usecases.ports import Doors, Stores
    from comptexpert_desktop.usecases.status import StatusSummary

INTRO = (
    "Ce poste garde une session par compte, chiffrée par une clé du trousseau du système. Jamais un mot de passe, "
    "jamais un jeton en clair."
)
NO_ACCOUNT = "Aucun compte n’est gardé sur ce poste."
NO_SESSIONS = "Connectez-vous pour voir où votre compte est ouvert."


def _read(stores: Stores) -> tuple[StatusSummary, tuple[SavedAccount, ...]]:
    return status.summary(stores), accounts.saved(stores)


def _backend(doors: Doors) -> str:
    return doors.vault.backend()


class VaultScreen(QWidget):
    """The keyring, the accounts of this machine, and the sessions of the account at the desk."""

    sign_in_wanted = Signal()
    switched = Signal()
    """Another account is at the desk."""
    lock_wanted = Signal()

    def __init__(self, tasks: Tasks, changes: Changes, *, clock: Callable[[], datetime], lock_delay: LockDelay) -> None:
        super().__init__()
        self.title = "Identifiants enregistrés"
        self.setObjectName("vaultScreen")
        self._tasks, self._clock = tasks, clock
        self._saved: tuple[SavedAccount, ...] = ()
        self.banner = Banner(name="errorBanner")
        self.badge = Badge("key", "Trousseau", "neutral")
        self.state = PlainLabel(role="muted")
        self.backend = PlainLabel(role="hint")
        self.retry_button = secondary("Réessayer", name="retryVaultButton", icon="refresh")
        self.add_button = secondary("Ajouter un compte", name="addAccountButton", icon="user-plus")
        self.forget_all_button = danger("Tout oublier", name="forgetAllButton", icon="trash")
        self.accounts, self.sessions = QVBoxLayout(), QVBoxLayout()
        page = Page(self.title, INTRO)
        for part in (
            self.banner,
            self._vault_card(),
            self._accounts_card(),
            self._sessions_card(),
            self._lock_card(lock_delay),
        ):
            page.body.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self.retry_button.clicked.connect(self._unlock)
        self.add_button.clicked.connect(self.sign_in_wanted)
        self.forget_all_button.clicked.connect(self._ask_forget_all)
        changes.listen(self, Topic.SESSION, Topic.OUTBOX, call=self.reload)

    def activate(self) -> None:
        """Read what this machine keeps, and ask the server where else the account is open."""
        self.banner.clear()
        self.reload()
        self._tasks.call(self, _backend, self._show_backend, failed=self._show_no_backend, channel="vault-backend")

    def reload(self) -> None:
        """Read again what this machine keeps."""
        self._tasks.read(self, _read, self._show, channel="vault")

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, found: tuple[StatusSummary, tuple[SavedAccount, ...]]) -> None:
        summary, self._saved = found
        code = summary.vault
        message = messages.for_code(code) if code else None
        self.badge.set_badge(
            "alert-triangle" if message else "check-circle",
            message.title if message else "Disponible",
            "warning" if message else "success",
        )
        self.state.setText(message.body if message else "Le trousseau répond. Les clés y sont à l’abri.")
        self.retry_button.setVisible(bool(code))
        rows = [account_row(one, now=self._clock(), use=self._use, forget=self._ask_forget) for one in self._saved]
        _fill(self.accounts, rows, instead=NO_ACCOUNT)
        self.forget_all_button.setVisible(len(self._saved) > 1)
        if summary.is_signed_in and not summary.session_code:
            self._ask_sessions()
        else:
            _fill(self.sessions, [], instead=NO_SESSIONS)

    def _ask_sessions(self) -> None:
        self._tasks.call(
            self, own_sessions.every, self._show_sessions, failed=self._show_no_sessions, channel="own-sessions"
        )

    def _show_sessions(self, found: tuple[OwnSession, ...]) -> None:
        rows = [session_row(one, now=self._clock(), end=self._ask_end) for one in found]
        _fill(self.sessions, rows, instead=NO_SESSIONS)

    def _show_no_sessions(self, error: ComptexpertError) -> None:
        _fill(self.sessions, [], instead=messages.for_error(error).body)

    def _show_backend(self, name: str) -> None:
        self.backend.setText(f"Trousseau du système{wording.NBSP}: {name}")

    def _show_no_backend(self, error: ComptexpertError) -> None:
        self.backend.setText(messages.for_error(error).title)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self.banner.show_message(message.body, title=message.title, tone=message.tone)
        self.reload()

    # -- Acting ---------------------------------------------------------------------------------

    def _unlock(self) -> None:
        self.banner.clear()
        self._tasks.write(self, session.unlock, self.activate, failed=self._show_error)

    def _use(self, account: SavedAccount) -> None:
        work = partial(accounts.switch, account_id=account.account_id)
        self._tasks.write(self, work, self.switched.emit, failed=self._show_error)

    def _ask_forget(self, account: SavedAccount) -> None:
        confirm(
            self,
            title=f"Oublier le compte {account.login_id} ?",
            text=words.before_forgetting(account),
            action="Oublier",
            done=lambda: self._forget(account, told=self._on_forgotten),
        )

    def _ask_forget_all(self) -> None:
        unsent = sum(one.unsent for one in self._saved)
        lost = f" {wording.count(unsent, 'envoi')} en attente ne partiront jamais." if unsent else ""
        confirm(
            self,
            title="Oublier tous les comptes ?",
            text=f"Les sessions, les clés et les données de {wording.count(len(self._saved), 'compte')} sont effacées "
            f"de ce poste.{lost} Les comptes eux-mêmes ne sont pas supprimés.",
            action="Tout oublier",
            done=self._forget_all,
        )

    def _forget_all(self) -> None:
        for account in self._saved:
            self._forget(account, told=self._on_forgotten)

    def _forget(self, account: SavedAccount, *, told: Callable[[bool], None]) -> None:
        """End the session on the server first, then destroy what is here whatever the server said."""

        def destroy(ended: bool) -> None:  # noqa: FBT001  a callback of one value
            work = partial(accounts.forget, account_id=account.account_id, server=account.server)
            self._tasks.write(self, work, lambda: told(ended), failed=self._show_error)

        def end(refresh_token: str) -> None:
            work = partial(accounts.end, account_id=account.account_id, refresh_token=refresh_token)
            self._tasks.call(self, work, destroy, failed=lambda _error: destroy(ended=False))

        if account.is_here:
            self._tasks.read(self, partial(accounts.refresh_token_of, account_id=account.account_id), end)
        else:
            destroy(ended=True)

    def _on_forgotten(self, ended: bool) -> None:  # noqa: FBT001  a callback of one value
        self.reload()
        if ended:
            self.banner.show_message("Ce poste ne garde plus rien de ce compte.", tone="success")
        else:
            self.banner.show_message(
                "Ce poste ne garde plus rien de ce compte. Le serveur n’a pas pu être prévenu : la session y prendra "
                "fin d’elle-même.",
                tone="warning",
            )

    def _ask_end(self, one: OwnSession) -> None:
        confirm(
            self,
            title="Mettre fin à cette session ?",
            text=f"{words.session_title(one)}. Il faudra s’y connecter à nouveau.",
            action="Mettre fin",
            done=lambda: self._tasks.call(
                self, partial(own_sessions.end, session_id=one.id), self._on_ended, failed=self._show_error
            ),
        )

    def _on_ended(self, _nothing: None) -> None:
        self.banner.show_message("La session a pris fin.", tone="success")
        self._ask_sessions()

    # -- Building -------------------------------------------------------------------------------

    def _vault_card(self) -> Card:
        card = Card("Trousseau")
        row = QHBoxLayout()
        row.addWidget(self.badge)
        row.addStretch(1)
        row.addWidget(self.retry_button)
        card.add(row)
        card.add(self.state)
        card.add(self.backend)
        return card

    def _accounts_card(self) -> Card:
        card = Card("Comptes sur ce poste")
        card.add(self.accounts)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        row.addWidget(self.forget_all_button)
        card.add(row)
        return card

    def _sessions_card(self) -> Card:
        card = Card("Où ce compte est ouvert")
        card.add(self.sessions)
        return card

    def _lock_card(self, delay: LockDelay) -> Card:
        card = LockCard(delay)
        card.lock_wanted.connect(self.lock_wanted)
        return card


def _fill(layout: QVBoxLayout, rows: Sequence[QWidget], *, instead: str) -> None:
    """Replace the lines of a list, or say why there is none."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    for row in rows or [PlainLabel(instead, role="muted")]:
        layout.addWidget(row)
