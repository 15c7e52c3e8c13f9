"""The experts-comptables of a firm who may take over, as far as this machine knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases import session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.store.stores import Stores


def known(stores: Stores, *, firm_id: str) -> tuple[Party, ...]:
    """List those who grant for a firm: the signed-in person, and who the delegations at hand name."""
    me = session.current(stores)
    if stores.account is None or me is None:
        return ()
    firm = next((one for one in me.firms if one.id == firm_id), None)
    if firm is None:
        return ()
    account = me.account
    mine = Party(account.account_id, account.login_id, account.given_name, account.surname, account.entry_id)
    return merged([mine], delegation_store.grantors(stores.account, firm=firm))


def of_page(page: FirmPage) -> tuple[Party, ...]:
    """List the experts-comptables whom the server names."""
    return tuple(
        Party(expert.account_id, "", expert.given_name, expert.surname, expert.entry_id) for expert in page.experts
    )


def merged(*lists: Iterable[Party]) -> tuple[Party, ...]:
    """Put lists together: each person once, by name; somebody without an entry cannot take over."""
    found: dict[str, Party] = {}
    for party in (one for each in lists for one in each):
        if party.entry_id:
            found.setdefault(party.entry_id, party)
    return tuple(sorted(found.values(), key=lambda party: (party.surname.casefold(), party.given_name.casefold())))
