"""Sign in through the system browser, and keep what lets the session go on."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.documents import read_me, understood
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import SealBroken, ServerError, SignInForged, StoreError, VaultError
from comptexpert_desktop.store import accounts
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import notices as notice_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store import reviews as review_store
from comptexpert_desktop.usecases.session import late_sign_out, lock
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED, PAUSED_FOR, REFRESH
from comptexpert_desktop.usecases.signup import first_requests

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.session import Me, Tokens
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways
    from comptexpert_desktop.usecases.token_session import Session

_ME = "me"

_EVERYTHING = frozenset({Topic.SESSION, Topic.DELEGATIONS, Topic.OUTBOX, Topic.SIGNUPS})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that succeeded, not yet kept."""

    tokens: Tokens = field(repr=False)
    me: Me


def sign_in(
    gateways: Gateways,
    *,
    cancelled: threading.Event,
    fresh: bool = False,
    hand_over: Callable[[str], bool] | None = None,
) -> SignedIn:
    """Let the person sign in with the system browser; returns once it is done, within 120 s.

    With `fresh`, the server asks for the password even of a browser that is signed in (AUTH_STEP_UP). With `hand_over`,
    no browser is opened: it takes the address of the page.
    """
    tokens = gateways.browser.sign_in(cancelled=cancelled, fresh=fresh, hand_over=hand_over)
    me = gateways.server.me(token=tokens.access_token)
    if tokens.subject and tokens.subject != me.account.account_id:
        raise SignInForged
    gateways.session.adopt(tokens, account_id=me.account.account_id)
    return SignedIn(tokens=tokens, me=me)


def begin(stores: Stores, *, signed_in: SignedIn, now: datetime) -> Topics:
    """Keep a session, in memory only while the vault is out of reach; queue what waited for it."""
    account = signed_in.me.account
    file = stores.accounts.begin(account.account_id, login_id=account.login_id)
    with file.database.transaction():
        file.set_secret(REFRESH, signed_in.tokens.refresh_token)
        keep_me(file, me=signed_in.me)
        file.set_meta(PAUSED, "")
        file.set_meta(PAUSED_FOR, "")
    accounts.note_sign_in(stores.device, server=stores.server_url, account_id=account.account_id, now=now)
    lock.open_again(stores, account_id=account.account_id)
    first_requests.queue(stores, account=file, me=signed_in.me, now=now)
    return _EVERYTHING


def restore(stores: Stores, *, session: Session) -> Topics:
    """Take up the session that was kept, at start."""
    file = stores.account
    if file is None or not file.is_open or file.meta(PAUSED):
        return frozenset()
    try:
        refresh_token = file.secret(REFRESH)
    except SealBroken:
        return frozenset()
    if not refresh_token:
        return frozenset()
    session.resume(account_id=file.account)
    return frozenset({Topic.SESSION})


def unlock(stores: Stores) -> Topics:
    """Ask the vault again, and keep for good what was in memory; raises a VaultError."""
    stores.unlock()
    return _EVERYTHING | {Topic.DRAFTS}


def current(stores: Stores) -> Me | None:
    """Tell who is signed in; None too while the vault is locked."""
    file = stores.account
    if file is None:
        return None
    try:
        kept = file.secret(_ME)
    except (VaultError, SealBroken):
        return None
    return understood(lambda: read_me(json.loads(kept))) if kept else None


def keep_me(file: PrivateFile, *, me: Me) -> bool:
    """Keep what the server says of the account; tells whether it changed."""
    document = json.dumps(codec.write(me), ensure_ascii=False)
    with suppress(SealBroken):
        if file.secret(_ME) == document:
            return False
    file.set_secret(_ME, document)
    return True


def sign_out(stores: Stores, *, session: Session | None = None, unheard_at: datetime | None = None) -> Topics:
    """Forget the session and everything cached for it.

    Unsent work of the account stays, sealed, until the person signs in again; without any, the account's
    file and its key are destroyed.

    `unheard_at` is the time of a sign-out that the server could not hear: it will, with a later turn.
    """
    if session is not None:
        session.clear()
    file = stores.account
    if file is None:
        return frozenset()
    if unheard_at is not None:
        with suppress(SealBroken, VaultError):
            late_sign_out.keep(stores, token="" if file.meta(PAUSED) else file.secret(REFRESH), now=unheard_at)
    stores.accounts.end(keeps=_delete_cache)
    return _EVERYTHING


def revoke(gateways: Gateways) -> bool:
    """End the session on the server too, before `sign_out`; False when the server could not be told."""
    try:
        gateways.session.end(gateways.session.account_id, end=gateways.browser.revoke)
    except (ServerError, StoreError, VaultError):
        return False
    return True


def _delete_cache(file: PrivateFile) -> bool:
    """Delete all but unsent work; returns whether there is any."""
    file.database.execute("DELETE FROM secret")
    file.database.execute("DELETE FROM outbox WHERE status = 'sent'")
    delegation_store.delete_all(file)
    notice_store.delete_all(file)
    return bool(outbox_store.unsent(file)) or review_store.has_any(file)
