"""« Identifiants enregistrés »: what this machine keeps of each account, and where one is signed in elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.vault import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.vault.forgetting import FORGOTTEN, FORGOTTEN_HERE, Forgetting
from comptexpert_desktop.ui.vault.lock_card import LockCard
from comptexpert_desktop.ui.vault.pin_card import PinCard
from comptexpert_desktop.ui.vault.rows import account_row, session_row
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import danger, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.session import accounts, own_sessions, session
from comptexpert_desktop.usecases.support import status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.usecases.ports import Gateways, Stores
    from comptexpert_desktop.usecases.session.accounts import SavedAccount
    from comptexpert_desktop.usecases.support.status import StatusSummary

INTRO = (
    "Ce poste garde une session par compte, chiffrée par une clé du trousseau du système. Jamais un mot de passe, "
    "jamais un secret en clair."
)
NO_ACCOUNT = "Aucun compte n’est gardé sur ce poste."
NO_SESSIONS = "Connectez-vous pour voir où votre compte est ouvert."


def _read(stores: Stores) -> tuple[StatusSummary, tuple[SavedAccount, ...]]:
    return status.summary(stores), accounts.saved(stores)


def _backend(gateways: Gateways) -> str:
    return gateways.vault.backend()


class VaultScreen(Screen):
    """The keyring, the accounts of this machine, and the sessions of the account at the desk."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Identifiants enregistrés", name="vaultScreen")
        self._tasks, self._clock = context.tasks, context.clock
        self._forgetting = Forgetting(context.tasks, owner=self)
        self._forgetting.done.connect(self._on_forgotten)
        self._forgetting.failed.connect(self.show_error)
        self._saved: tuple[SavedAccount, ...] = ()
        self.badge = Badge("key", "Trousseau", "neutral")
        self.state = PlainLabel(role="muted")
        self.backend = PlainLabel(role="hint")
        self.retry_button = secondary("Réessayer", name="retryVaultButton", icon="refresh")
        self.add_button = secondary("Ajouter un compte", name="addAccountButton", icon="user-plus")
        self.delete_all_button = danger("Tout oublier", name="forgetAllButton", icon="trash")
        self.pin_card = PinCard(context.tasks)
        self.pin_card.said.connect(lambda text, tone: self.banner.show_message(text, tone=tone))
        self.pin_card.failed.connect(self.show_error)
        self.accounts, self.sessions = QVBoxLayout(), QVBoxLayout()
        page = Page(self.title, INTRO)
        for part in (
            self.banner,
            self._vault_card(),
            self._accounts_card(),
            self._sessions_card(),
            self._lock_card(),
            self.pin_card,
        ):
            page.body.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        self.retry_button.clicked.connect(self._unlock)
        self.add_button.clicked.connect(context.navigator.sign_in)
        self.delete_all_button.clicked.connect(lambda: self._forgetting.ask_all(self._saved))
        context.changes.listen(self, Topic.SESSION, Topic.OUTBOX, call=self.reload)

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
        self.pin_card.show_state(summary.pin, is_signed_in=summary.is_signed_in)
        rows = [account_row(one, now=self._clock(), use=self._use, delete=self._forgetting.ask) for one in self._saved]
        _fill(self.accounts, rows, instead=NO_ACCOUNT)
        self.delete_all_button.setVisible(len(self._saved) > 1)
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

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong, and show the state as it is now."""
        super().show_error(error)
        self.reload()

    # -- Acting ---------------------------------------------------------------------------------

    def _unlock(self) -> None:
        self.banner.clear()
        self._tasks.write(self, session.unlock, self.activate, failed=self.show_error)

    def _use(self, account: SavedAccount) -> None:
        work = partial(accounts.switch, account_id=account.account_id)
        self._tasks.write(self, work, self.context.navigator.switch_done, failed=self.show_error)

    def _on_forgotten(self, reached_server: bool) -> None:  # noqa: FBT001  the signal's value
        self.reload()
        self.banner.show_message(
            FORGOTTEN if reached_server else FORGOTTEN_HERE, tone="success" if reached_server else "warning"
        )

    def _ask_end(self, one: OwnSession) -> None:
        confirm(
            self,
            title="Mettre fin à cette session\u00a0?",
            text=f"{words.session_title(one)}. Il faudra s’y connecter à nouveau.",
            action="Mettre fin",
            done=lambda: self._tasks.call(
                self, partial(own_sessions.end, session_id=one.id), self._on_ended, failed=self.show_error
            ),
        )

    def _on_ended(self, _nothing: None) -> None:
        self.banner.show_message("La session a pris fin.", tone="success")
        self._ask_sessions()

    # -- Building -------------------------------------------------------------------------------

    def _vault_card(self) -> Card:
        card = Card("Trousseau")
        row = WrappingRow(self.badge, spacing=SPACE * 2, ends=(self.retry_button,))
        card.add(row)
        card.add(self.state)
        card.add(self.backend)
        return card

    def _accounts_card(self) -> Card:
        card = Card("Comptes sur ce poste")
        card.add(self.accounts)
        row = WrappingRow(self.add_button, spacing=SPACE * 2, ends=(self.delete_all_button,))
        card.add(row)
        return card

    def _sessions_card(self) -> Card:
        card = Card("Où ce compte est ouvert")
        card.add(self.sessions)
        return card

    def _lock_card(self) -> Card:
        card = LockCard(self.context.preferences)
        card.lock_requested.connect(self.context.navigator.lock)
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
