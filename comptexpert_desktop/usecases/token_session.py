"""The session in memory: the access token, renewed by one thread of one program at a time.

The refresh token is not here: it stands in the account's file, which every program of this person shares. It is read
there for each renewal, and the one that takes its place is written there before anything is done with it.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

from comptexpert_desktop.errors import SessionExpired

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.session import Tokens

    Refresh = Callable[[str], Tokens]

T = TypeVar("T")

DIED = "died"
"""In the data of SessionExpired: the digest of the refresh token that the server no longer takes."""

_MARGIN = 30.0
"""Seconds before its end at which an access token is no longer used."""

_ROUNDS = 4
"""Renewals for one call: each renewal of another program ends the access token that was just given here."""


class AnotherAccount(SessionExpired):
    """Somebody else is signed in by now: what was to leave stays where it is."""


class RefreshTokens(Protocol):
    """Where the refresh tokens of this person are, for every program."""

    def renew(self, account_id: str, *, trade: Callable[[str], Tokens]) -> Tokens:
        """Trade the refresh token of an account for a new pair, and write it before it is returned.

        No other program does so meanwhile. Raises SessionExpired, with `died` when it is the server that refused.
        """

    def revoke(self, account_id: str, *, end: Callable[[str], object]) -> bool:
        """Call `end` with the refresh token of an account, if there is one; returns whether there was."""


def digest_of(refresh_token: str) -> str:
    """Return what names a refresh token without telling it."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


class Session:
    """Who is signed in for this process, and with what; safe to use from several threads."""

    def __init__(self, *, clock: Callable[[], float], refresh_tokens: RefreshTokens) -> None:
        """Start signed out; `clock` is monotonic, in seconds."""
        self._clock = clock
        self._refresh_tokens = refresh_tokens
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        """Held while the store and the network are asked; `_lock` never is, so that the store may ask for it."""
        self._account_id = ""
        self._access_token = ""
        self._died = ""
        self._ends_at = 0.0

    @property
    def account_id(self) -> str:
        """The account that is signed in; empty when there is none."""
        return self._account_id

    def adopt(self, tokens: Tokens, *, account_id: str) -> None:
        """Take the tokens of a fresh sign-in."""
        with self._lock:
            self._account_id = account_id
            self._take(tokens)

    def resume(self, *, account_id: str) -> None:
        """Be this account from now on, whose refresh token is in its file."""
        with self._lock:
            if self._account_id != account_id:
                self._account_id, self._access_token = account_id, ""

    def clear(self) -> str:
        """Sign out of this process; returns the account that was signed in."""
        with self._lock:
            account_id, self._account_id, self._access_token = self._account_id, "", ""
            return account_id

    def end(self, account_id: str, *, end: Callable[[str], object]) -> bool:
        """Sign an account out of this process, and call `end` with its refresh token; returns whether it had one."""
        with self._renewing:
            with self._lock:
                if account_id == self._account_id:
                    self._account_id = self._access_token = ""
            return self._refresh_tokens.revoke(account_id, end=end)

    def call(self, refresh: Refresh, work: Callable[[str], T], *, account_id: str = "") -> T:
        """Do something with an access token of this account, renewed when the server no longer takes it.

        `refresh` trades a refresh token for a new pair.

        Without an account, of the one that is signed in. Raises AnotherAccount as soon as somebody else is:
        nothing leaves with another's token.
        """
        account_id = account_id or self._account_id
        token = self._token(refresh, account_id=account_id)
        for _ in range(_ROUNDS):
            try:
                return work(token)
            except SessionExpired:
                token = self._renewed(refresh, dead=token, account_id=account_id)
        try:
            return work(token)
        except SessionExpired:
            raise SessionExpired(data={DIED: self._died}) from None

    def _token(self, refresh: Refresh, *, account_id: str) -> str:
        with self._lock:
            self._check(account_id)
            if self._access_token and self._clock() < self._ends_at - _MARGIN:
                return self._access_token
            dead = self._access_token
        return self._renewed(refresh, dead=dead, account_id=account_id)

    def _renewed(self, refresh: Refresh, *, dead: str, account_id: str) -> str:
        with self._renewing:
            with self._lock:
                self._check(account_id)
                if self._access_token and self._access_token != dead:
                    return self._access_token
            tokens = self._refresh_tokens.renew(account_id, trade=refresh)
            with self._lock:
                self._check(account_id)
                self._take(tokens)
                return self._access_token

    def _check(self, account_id: str) -> None:
        if account_id != self._account_id:
            raise AnotherAccount

    def _take(self, tokens: Tokens) -> None:
        self._access_token = tokens.access_token
        self._died = digest_of(tokens.refresh_token)
        self._ends_at = self._clock() + tokens.expires_in
