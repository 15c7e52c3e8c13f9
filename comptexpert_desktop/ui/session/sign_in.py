"""Sign in and out: the browser does it, this follows it; no password ever passes here."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.runtime.tasks import new_cancellation

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Gateways, Stores
    from comptexpert_desktop.usecases.session import session
    from comptexpert_desktop.usecases.session.session import SignedIn

if not TYPE_CHECKING:  # by the first sign-in: the first frame does not wait for the session's parts
    session = lazy("comptexpert_desktop.usecases.session.session")


COPIED = (
    "L’adresse de la page est copiée. Collez-la dans un autre navigateur de ce poste. Elle ne sert qu’une fois, et la "
    "page ouverte avant ne mène plus nulle part."
)
"""Said wherever the address is asked for."""


class SignInState(StrEnum):
    """Where a sign-in stands."""

    IDLE = "idle"
    WAITING = "waiting"
    FAILED = "failed"


class SignIn(QObject):
    """One sign-in at a time; a new one gives the old one up."""

    changed = Signal()
    """The state is another one."""
    address_given = Signal(str)
    """The address of the page, for a browser that the person chooses."""
    succeeded = Signal()
    """Somebody is signed in, and it is kept."""
    signed_out = Signal(bool)
    """Nobody is signed in any more; False when the server could not be told."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._clock = tasks, clock
        self._cancelled: threading.Event | None = None
        self._fresh = False
        self.state = SignInState.IDLE
        self.error: ComptexpertError | None = None

    def start(self, *, fresh: bool = False, copies: bool = False) -> None:
        """Open the browser and wait for its answer; `fresh` asks for the password again (AUTH_STEP_UP).

        With `copies` no browser opens: `address_given` says where one is to go.
        """
        self._give_up()
        self._fresh = fresh
        cancelled = self._cancelled = new_cancellation()
        self._set(SignInState.WAITING)
        work = partial(_sign_in, cancelled=cancelled, fresh=fresh, hand_over=self._hand_over if copies else None)
        self._tasks.call(self, work, self._keep, failed=self._fail, channel="sign-in")

    def again(self) -> None:
        """Start again as before."""
        self.start(fresh=self._fresh)

    def again_by_address(self) -> None:
        """Start again as before, in a browser that the person chooses: the page of before leads nowhere any more."""
        self.start(fresh=self._fresh, copies=True)

    def _hand_over(self, address: str) -> bool:
        """Say the address in the thread of the window; called in that of the network."""
        self.address_given.emit(address)
        return True

    def cancel(self) -> None:
        """Stop waiting; a late answer of the browser is dropped."""
        self._give_up()
        if self.state is not SignInState.IDLE:
            self._set(SignInState.IDLE)

    def sign_out(self) -> None:
        """End the session here and, if it answers, on the server."""
        self.cancel()
        self._tasks.call(self, _revoke, self._clear, failed=lambda _error: self._clear(reached_server=False))

    def _give_up(self) -> None:
        if self._cancelled is not None:
            self._cancelled.set()
            self._cancelled = None

    def _keep(self, signed_in: SignedIn) -> None:
        if self._cancelled is None:
            return
        self._cancelled = None
        work = partial(_begin, signed_in=signed_in, now=self._clock())
        self._tasks.write(self, work, self._succeed, failed=self._fail)

    def _succeed(self) -> None:
        self._set(SignInState.IDLE)
        self.succeeded.emit()

    def _fail(self, error: ComptexpertError) -> None:
        if self.state is SignInState.WAITING:
            self._cancelled = None
            self._set(SignInState.FAILED, error)

    def _clear(self, reached_server: bool) -> None:  # noqa: FBT001  a callback of one value
        work = partial(_sign_out, unheard_at=None if reached_server else self._clock())
        self._tasks.write(self, work, lambda: self.signed_out.emit(reached_server))

    def _set(self, state: SignInState, error: ComptexpertError | None = None) -> None:
        self.state, self.error = state, error
        self.changed.emit()


# Functions of their own: a name is read from the lazy module in the background, where they run.


def _sign_in(
    gateways: Gateways, *, cancelled: threading.Event, fresh: bool, hand_over: Callable[[str], bool] | None
) -> SignedIn:
    return session.sign_in(gateways, cancelled=cancelled, fresh=fresh, hand_over=hand_over)


def _begin(stores: Stores, *, signed_in: SignedIn, now: datetime) -> Topics:
    return session.begin(stores, signed_in=signed_in, now=now)


def _revoke(gateways: Gateways) -> bool:
    return session.revoke(gateways)


def _sign_out(stores: Stores, *, unheard_at: datetime | None) -> Topics:
    return session.sign_out(stores, unheard_at=unheard_at)
