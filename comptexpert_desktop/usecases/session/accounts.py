"""The accounts of one workstation: what is kept for each, change from one to another, forget one or all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, SealBroken, ServerError, StoreError, VaultError
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED, REFRESH

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.accounts import KnownAccount
    from comptexpert_desktop.usecases.ports import Gateways, Stores

EVERYTHING = frozenset({Topic.SESSION, Topic.DELEGATIONS, Topic.OUTBOX, Topic.SIGNUPS})


class Held(StrEnum):
    """What the vault holds of an account."""

    KEY = "key"
    """Its key, and its session goes on by itself."""
    NO_SESSION = "no_session"
    """Its key; the session ended, the person signs in again."""
    LOST = "lost"
    """Nothing any more: what is sealed in its file cannot be read."""
    OUT_OF_REACH = "out_of_reach"
    """Nobody can tell while the vault does not answer."""
    MEMORY = "memory"
    """Nothing: the session goes away with the program."""


@dataclass(frozen=True, slots=True)
class SavedAccount:
    """What this machine keeps for an account; never a value of it."""

    server: str
    account_id: str
    login_id: str
    is_current: bool
    is_here: bool
    """Of the server that this run speaks to."""
    since: datetime | None
    used_at: datetime | None
    unsent: int
    held: Held


def saved(stores: Stores) -> tuple[SavedAccount, ...]:
    """List the accounts that are kept on this machine, the one at the desk first."""
    known = [_of(stores, account=account) for account in stores.accounts.known()]
    file = stores.account
    if file is not None and file.in_memory:
        known.append(
            SavedAccount(
                server=stores.server_url,
                account_id=file.account,
                login_id=file.meta("login_id"),
                is_current=True,
                is_here=True,
                since=None,
                used_at=None,
                unsent=len(outbox_store.unsent(file)),
                held=Held.MEMORY,
            )
        )
    return tuple(sorted(known, key=lambda one: (not one.is_current, not one.is_here, one.login_id)))


def switch(stores: Stores, *, account_id: str) -> Topics:
    """Put another account at the desk; its session goes on by itself, or the person signs in again."""
    if all(known.account_id != account_id or known.server != stores.server_url for known in stores.accounts.known()):
        raise NotAllowed
    stores.accounts.switch(account_id)
    return EVERYTHING


def refresh_token_of(stores: Stores, *, account_id: str) -> str:
    """Read what `end` needs to end the session of an account on the server; empty when there is nothing to end."""
    with stores.accounts.file_of(account_id) as file:
        if file is None:
            return ""
        try:
            return file.secret(REFRESH)
        except (VaultError, SealBroken):
            return ""


def end(gateways: Gateways, *, account_id: str, refresh_token: str) -> bool:
    """End the session of an account on the server, before `delete`; False when the server could not be told."""
    try:
        if not gateways.session.end(account_id, end=gateways.browser.revoke) and refresh_token:
            gateways.browser.revoke(refresh_token)
    except (ServerError, StoreError, VaultError):
        return False
    return True


def delete(stores: Stores, *, account_id: str, server: str = "") -> Topics:
    """Destroy everything that this machine keeps for an account, unsent work too."""
    stores.accounts.erase(account_id, server=server or stores.server_url)
    return EVERYTHING


def delete_all(stores: Stores) -> Topics:
    """Destroy everything that this machine keeps for every account."""
    topics = NOTHING
    for known in stores.accounts.known():
        topics |= delete(stores, account_id=known.account_id, server=known.server)
    if stores.account is not None:
        stores.accounts.end(keeps=lambda _file: False)
        topics |= EVERYTHING
    return topics


def _of(stores: Stores, *, account: KnownAccount) -> SavedAccount:
    unsent, has_session = 0, False
    with stores.accounts.file_of(account.account_id, server=account.server) as file:
        if file is not None:
            unsent = len(outbox_store.unsent(file))
            with suppress(VaultError, SealBroken):
                has_session = bool(file.secret(REFRESH)) and not file.meta(PAUSED)
    return SavedAccount(
        server=account.server,
        account_id=account.account_id,
        login_id=account.login_id,
        is_current=account.is_current and account.server == stores.server_url,
        is_here=account.server == stores.server_url,
        since=account.since,
        used_at=account.used_at,
        unsent=unsent,
        held=_held(stores, account=account, has_session=has_session),
    )


def _held(stores: Stores, *, account: KnownAccount, has_session: bool) -> Held:
    if stores.vault_code:  # asking again would prompt the person once an account
        return Held.OUT_OF_REACH
    try:
        holds = stores.accounts.holds_key(account.account_id, server=account.server)
    except VaultError:
        return Held.OUT_OF_REACH
    if not holds:
        return Held.LOST
    return Held.KEY if has_session else Held.NO_SESSION
