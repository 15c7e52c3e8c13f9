"""The session in memory: the access token, renewed by one thread at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.errors import SessionExpired

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.session import Tokens
    from comptexpert_desktop.usecases.ports import Doors

T = TypeVar("T")

_MARGIN = 30.0
"""Seconds before its end at which an access token is no longer used."""


class AnotherAccount(SessionExpired):
    """Somebody else is signed in by now: what was to leave stays where it is."""


class Session:
    """Who is signed in for this process, and with what; safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """Start signed out; `clock` is monotonic, in seconds."""
        self._clock = clock
        self._lock = threading.RLock()
        self._account_id = ""
        self._access_token = ""
        self._refresh_token = ""
        self._ends_at = 0.0
        self._unsaved: dict[str, str] = {}
        self._signed_out: set[str] = set()

    @property
    def account_id(self) -> str:
        """The account that is signed in; empty when there is none."""
        return self._account_id

    def adopt(self, tokens: Tokens, *, account_id: str) -> None:
        """Take the tokens of a fresh sign-in."""
        with self._lock:
            self._account_id = account_id
            self._signed_out.discard(account_id)
            self._unsaved.pop(account_id, None)
            self._take(tokens)

    def resume(self, *, account_id: str, refresh_token: str) -> None:
        """Take the refresh token that was kept, unless this account is signed in or out already."""
        with self._lock:
            if account_id in self._signed_out:
                return
            if self._account_id == account_id and self._refresh_token:
                return
            self._account_id, self._access_token = account_id, ""
            self._refresh_token = self._unsaved.get(account_id, refresh_token)

    def clear(self) -> str:
        """Sign out of this process; returns the refresh token, to be revoked."""
        with self._lock:
            last = self._refresh_token
            self._signed_out.add(self._account_id)
            self._unsaved.pop(self._account_id, None)
            self._account_id = self._access_token = self._refresh_token = ""
            return last

    def forget(self, account_id: str) -> str:
        """Sign one account out of this process; returns its refresh token when it is the newest known."""
        with self._lock:
            if account_id == self._account_id:
                return self.clear()
            self._signed_out.add(account_id)
            return self._unsaved.pop(account_id, "")

    def take_unsaved(self) -> dict[str, str]:
        """Return the refresh tokens, by account, that a renewal gave and that are not on disk yet."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
            return unsaved

    def call(self, doors: Doors, work: Callable[[str], T], *, account_id: str = "") -> T:
        """Do something with an access token of this account, renewed once when the server no longer takes it.

        Without an account, of the one that is signed in. Raises AnotherAccount as soon as somebody else is:
        nothing leaves with another's token.
        """
        account_id = account_id or self._account_id
        token = self._token(doors, account_id=account_id)
        try:
            return work(token)
        except SessionExpired:
            return work(self._renewed(doors, dead=token, account_id=account_id))

    def _token(self, doors: Doors, *, account_id: str) -> str:
        with self._lock:
            self._check(account_id)
            if self._access_token and self._clock() < self._ends_at - _MARGIN:
                return self._access_token
            return self._renewed(doors, dead=self._access_token, account_id=account_id)

    def _renewed(self, doors: Doors, *, dead: str, account_id: str) -> str:
        with self._lock:
            self._check(account_id)
            if self._access_token and self._access_token != dead:
                return self._access_token
            if not self._refresh_token:
                raise SessionExpired
            tokens = doors.browser.refresh(self._refresh_token)
            self._take(tokens)
            if tokens.refresh_token:
                self._unsaved[account_id] = tokens.refresh_token
            return self._access_token

    def _check(self, account_id: str) -> None:
        if account_id != self._account_id:
            raise AnotherAccount

    def _take(self, tokens: Tokens) -> None:
        self._access_token = tokens.access_token
        self._refresh_token = tokens.refresh_token or self._refresh_token
        self._ends_at = self._clock() + tokens.expires_in
