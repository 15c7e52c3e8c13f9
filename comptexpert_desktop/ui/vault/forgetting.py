"""Forget accounts of this machine: ask, end the session on the server, then destroy what is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.vault import words
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.session import accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.session.accounts import SavedAccount

FORGOTTEN = "Ce poste ne garde plus rien de ce compte."
FORGOTTEN_HERE = (
    "Ce poste ne garde plus rien de ce compte. Le serveur n’a pas pu être prévenu\u00a0: la session y prendra "
    "fin d’elle-même."
)


class Forgetting(QObject):
    """The questions, and what follows them."""

    done = Signal(bool)
    """Nothing is kept here any more; False when the server could not be told."""
    failed = Signal(object)
    """A ComptexpertError: what is here could not be destroyed."""

    def __init__(self, tasks: Tasks, *, owner: QWidget) -> None:
        super().__init__(owner)
        self._tasks, self._owner = tasks, owner

    def ask(self, account: SavedAccount) -> None:
        """Ask before an account is forgotten."""
        confirm(
            self._owner,
            title=f"Oublier le compte {account.login_id}\u00a0?",
            text=words.before_forgetting(account),
            action="Oublier",
            done=partial(self._delete, account),
        )

    def ask_all(self, saved: Sequence[SavedAccount]) -> None:
        """Ask before every account is forgotten."""
        unsent = sum(one.unsent for one in saved)
        lost = f" {wording.count(unsent, 'envoi')} en attente ne partiront jamais." if unsent else ""
        confirm(
            self._owner,
            title="Oublier tous les comptes\u00a0?",
            text=f"Les sessions, les clés et les données de {wording.count(len(saved), 'compte')} sont effacées "
            f"de ce poste.{lost} Les comptes eux-mêmes ne sont pas supprimés.",
            action="Tout oublier",
            done=partial(self._delete_all, tuple(saved)),
        )

    def _delete_all(self, saved: Sequence[SavedAccount]) -> None:
        for account in saved:
            self._delete(account)

    def _delete(self, account: SavedAccount) -> None:
        """End the session on the server first, then destroy what is here whatever the server said."""

        def destroy(reached_server: bool) -> None:  # noqa: FBT001  a callback of one value
            work = partial(accounts.delete, account_id=account.account_id, server=account.server)
            self._tasks.write(self._owner, work, lambda: self.done.emit(reached_server), failed=self.failed.emit)

        def end(refresh_token: str) -> None:
            work = partial(accounts.end, account_id=account.account_id, refresh_token=refresh_token)
            self._tasks.call(self._owner, work, destroy, failed=lambda _error: destroy(reached_server=False))

        if account.is_here:
            self._tasks.read(self._owner, partial(accounts.refresh_token_of, account_id=account.account_id), end)
        else:
            destroy(reached_server=True)
