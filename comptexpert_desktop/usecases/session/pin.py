"""Open a locked desk without the server, by a PIN of the person: chosen, changed, removed, and tried five times."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from comptexpert_desktop.domain import pin_rules
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem
from comptexpert_desktop.store import accounts
from comptexpert_desktop.usecases.session import lock, pin_hash
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED

if TYPE_CHECKING:
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.usecases.ports import Stores

FORBIDDEN, WRONG, SPENT, ABSENT, DIFFERS = "PIN_FORBIDDEN", "PIN_WRONG", "PIN_SPENT", "PIN_ABSENT", "PIN_DIFFERS"
State = Literal["forbidden", "absent", "ready", "spent"]
_CHANGED = frozenset({Topic.SESSION})


def state(stores: Stores) -> State:
    """Tell whether the desk of the account at hand may be opened by a PIN, without asking the keyring."""
    if not stores.offline_unlock:
        return "forbidden"
    kept = "" if stores.account is None else accounts.pin_state(stores.device, account_id=stores.account.account)
    return "ready" if kept == accounts.PIN_READY else "spent" if kept == accounts.PIN_SPENT else "absent"


def choose(stores: Stores, *, pin: str, again: str) -> Topics:
    """Take a PIN, in place of the one before; raises InvalidInput, NotAllowed, or a VaultError."""
    account = _open_account(stores)
    problems = [Problem("pin", code)] if (code := pin_rules.fault(pin)) else []
    if not problems and pin != again:
        problems = [Problem("again", DIFFERS)]
    if problems:
        raise InvalidInput(problems)
    stores.pins.put(stores.accounts.pin_name(account), pin_hash.hashed(pin))
    accounts.set_pin_state(stores.device, account_id=account, state=accounts.PIN_READY)
    return _CHANGED


def remove(stores: Stores) -> Topics:
    """Forget the PIN of the account at the desk; raises a VaultError."""
    if stores.account is None:
        return NOTHING
    stores.accounts.delete_pin(stores.account.account)
    return _CHANGED


def open_desk(stores: Stores, *, pin: str) -> Topics:
    """Open the locked desk; the session stays as it is: what it no longer may do, a PIN does not allow either.

    Raises NotAllowed with how many tries are `left`, or a VaultError.
    """
    if stores.account is None or not lock.is_locked(stores):
        return NOTHING
    account = stores.account.account
    refusal = {"forbidden": FORBIDDEN, "absent": ABSENT, "spent": SPENT}.get(state(stores))
    if refusal is not None:
        raise NotAllowed(refusal)
    if stores.account.meta(PAUSED):  # the session was ended, maybe from elsewhere because this machine was lost
        raise NotAllowed(lock.SIGN_IN_FIRST)
    name, matches = stores.accounts.pin_name(account), partial(pin_hash.is_right, pin)
    verdict = stores.pins.check(name, matches=matches, tries=pin_rules.MAX_TRIES)
    if verdict is None:
        accounts.set_pin_state(stores.device, account_id=account, state="")
        raise NotAllowed(ABSENT)
    if verdict.is_right:
        accounts.set_locked(stores.device, account_id=account, is_locked=False)
        return _CHANGED
    if not verdict.left:
        accounts.set_pin_state(stores.device, account_id=account, state=accounts.PIN_SPENT)
        raise NotAllowed(SPENT)
    raise NotAllowed(WRONG, data={"left": verdict.left})


def _open_account(stores: Stores) -> str:
    if not stores.offline_unlock:
        raise NotAllowed(FORBIDDEN)
    if stores.account is None or lock.is_locked(stores):
        raise NotAllowed(lock.SIGN_IN_FIRST)
    return stores.account.account
