"""Cover the window while the desk is locked, and uncover it once somebody proved who is there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.ui.session.idle import Idle
from comptexpert_desktop.ui.session.lock_page import LockPage
from comptexpert_desktop.usecases.session import lock, pin

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.session.sign_in import SignIn
    from comptexpert_desktop.usecases.support.status import StatusSummary


class Cover(QObject):
    """Takes the place of the window's content while the desk is locked."""

    changed_hands = Signal()
    """Somebody else is at the desk than the one who left it."""

    def __init__(
        self,
        window: QWidget,
        *,
        show_page: Callable[[QWidget | None], None],
        tasks: Tasks,
        sign_in: SignIn,
        reload: Callable[[], None],
        minutes: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window, self._show_page = window, show_page
        self._tasks, self._sign_in, self._reload = tasks, sign_in, reload
        self._is_signed_in = False
        self._owner = ""
        self.page: LockPage | None = None
        self.idle = Idle(minutes=minutes, parent=self)
        self.idle.noticed.connect(self.lock)

    @property
    def is_on(self) -> bool:
        """Tell whether the window is covered."""
        return self.page is not None

    def lock(self) -> None:
        """Cover at once, then keep the lock; nothing when nobody is signed in."""
        if self._is_signed_in and not self.is_on:
            self._sign_in.cancel()
            self._put_on()
            self._tasks.write(self, lock.lock, failed=lambda _error: self._reload())

    def follow(self, summary: StatusSummary) -> None:
        """Cover or uncover as the account at the desk is locked or not."""
        self._is_signed_in = summary.is_signed_in
        owner = summary.account.account_id if summary.account else ""
        if summary.is_locked and not self.is_on:
            self._put_on()
        elif not summary.is_locked and self.is_on:
            self._take_off()
            if owner != self._owner:
                self.changed_hands.emit()
        self._owner = owner
        if self.page is not None:
            self.page.show_summary(summary)

    def _put_on(self) -> None:
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()
        self.page = LockPage(self._sign_in)
        self.page.sign_in_requested.connect(lambda: self._sign_in.start(fresh=True))
        self.page.vault_requested.connect(self._ask_vault)
        self.page.pin_entered.connect(self._try_pin)
        self.page.sign_out_requested.connect(self._sign_in.sign_out)
        self._show_page(self.page)
        self.page.unlock_button.setFocus()

    def _take_off(self) -> None:
        page, self.page = self.page, None
        self._show_page(None)
        if page is not None:
            page.deleteLater()

    def _try_pin(self, entered: str) -> None:
        page = self.page
        if page is not None:
            work = partial(pin.open_desk, pin=entered)
            self._tasks.write(page, work, failed=self._refuse_pin)

    def _refuse_pin(self, error: ComptexpertError) -> None:
        if self.page is not None:
            self.page.show_pin_error(error)
        self._reload()

    def _ask_vault(self) -> None:
        page = self.page
        if page is not None:
            self._tasks.write(page, lock.open_with_vault, failed=page.show_error)
