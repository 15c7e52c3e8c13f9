"""The experts-comptables of a firm who may take over, as far as this machine knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.store.stores import Stores


class Known(NamedTuple):
    """Who may take over in a firm, and the account that asks."""

    peers: tuple[Party, ...] = ()
    account_id: str = ""


def of_firm(stores: Stores, *, firm_id: str) -> Known:
    """List those who grant for a firm, and tell who asks."""
    me = session.current(stores)
    return Known(known(stores, firm_id=firm_id), me.account.account_id if me else "")


def known(stores: Stores, *, firm_id: str) -> tuple[Party, ...]:
    """List those who grant for a firm: whom its page names, else oneself and whom the delegations at hand name."""
    me = session.current(stores)
    if stores.account is None or me is None:
        return ()
    kept = firm.known(stores, firm_id=firm_id)
    if kept is not None:
        return of_page(kept.page)
    mine = next((one for one in me.firms if one.id == firm_id), None)
    if mine is None:
        return ()
    account = me.account
    myself = Party(account.account_id, account.login_id, account.given_name, account.surname, account.entry_id)
    return merged([myself], delegation_store.grantors(stores.account, firm=mine))


def of_page(page: FirmPage) -> tuple[Party, ...]:
    """List the experts-comptables whom the server names; one without an account could decide nothing."""
    return merged(
        Party(expert.account_id, "", expert.given_name, expert.surname, expert.entry_id)
        for expert in page.experts
        if expert.account_id
    )


def merged(*lists: Iterable[Party]) -> tuple[Party, ...]:
    """Put lists together: each person once, by name; somebody without an entry cannot take over."""
    found: dict[str, Party] = {}
    for party in (one for each in lists for one in each):
        if party.entry_id:
            found.setdefault(party.entry_id, party)
    return tuple(sorted(found.values(), key=lambda party: (party.surname.casefold(), party.given_name.casefold())))
