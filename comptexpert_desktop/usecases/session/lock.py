"""Lock the desk of one account on this machine, and open it again with a proof of who is there.

The lock is kept, so that starting the program again opens nothing. It is one account's: whoever else signs in sees
their own desk, and finds the other one still locked.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, VaultError, VaultLocked
from comptexpert_desktop.store import accounts

if TYPE_CHECKING:
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.usecases.ports import Stores

_CHANGED = frozenset({Topic.SESSION})
SIGN_IN_FIRST = "SIGN_IN_FIRST"


def is_locked(stores: Stores) -> bool:
    """Tell whether the account at the desk is locked."""
    return stores.account is not None and accounts.is_locked(stores.device, account_id=stores.account.account)


def lock(stores: Stores) -> Topics:
    """Lock the desk; nothing when nobody is signed in."""
    if stores.account is None:
        return NOTHING
    accounts.set_locked(stores.device, account_id=stores.account.account, is_locked=True)
    return _CHANGED


def open_again(stores: Stores, *, account_id: str) -> None:
    """Open the desk of an account that has just proved who it is; its PIN may be tried anew."""
    accounts.set_locked(stores.device, account_id=account_id, is_locked=False)
    if accounts.pin_state(stores.device, account_id=account_id) == accounts.PIN_SPENT:
        with suppress(VaultError):
            has_one = stores.pins.renew(stores.accounts.pin_name(account_id))
            accounts.set_pin_state(stores.device, account_id=account_id, state=accounts.PIN_READY if has_one else "")


def open_with_vault(stores: Stores) -> Topics:
    """Open the desk because the system's keyring was locked too, and its own prompt was answered.

    A keyring that stands open proves nothing: raises NotAllowed then, and a VaultError when the prompt was dismissed.
    """
    if stores.account is None:
        return NOTHING
    if stores.vault_code != VaultLocked.default_code:
        raise NotAllowed(SIGN_IN_FIRST)
    stores.unlock()
    if stores.vault_code:  # files that were open already need no key: they prove nothing either
        raise VaultLocked(stores.vault_code)
    open_again(stores, account_id=stores.account.account)
    return _CHANGED | {Topic.OUTBOX, Topic.DRAFTS}
