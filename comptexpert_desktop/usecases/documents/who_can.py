"""« Who can do what? »: today from what the server last told, on a past day from the register, verified first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import who_can
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem, RegisterRefused, UnexpectedReply
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.documents import register
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.sync import cache_expiry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import DelegationRow, Firm, Party
    from comptexpert_desktop.domain.register import Head
    from comptexpert_desktop.domain.who_can import Holding, HoldingFilter
    from comptexpert_desktop.usecases.documents.register import Export, Verdict
    from comptexpert_desktop.usecases.ports import Gateways, Stores

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Who can do what in the firms that were asked about, on one day."""

    day: date
    holdings: tuple[Holding, ...]
    as_of: datetime | None = None
    """When the server last told it; None when it was never asked, or when a register answered."""
    verdicts: tuple[Verdict, ...] = ()
    """Of the registers that answered; none when the projection did."""


@dataclass(frozen=True, slots=True)
class Known:
    """What this machine knows before it asks for registers."""

    firms: tuple[Firm, ...]
    names: Mapping[str, str]
    """Names of today, for lines of a register that say none."""
    heads: Mapping[str, Head]


def check_day(on: date | None, *, now: datetime) -> date:
    """Return the day that is asked about; today when none is. Raises InvalidInput for a day to come."""
    today = day_in_france(now)
    if on is not None and on > today:
        raise InvalidInput([Problem("on", "IN_THE_FUTURE")])
    return on or today


def now(stores: Stores, *, firm_id: str, criteria: HoldingFilter, today: date) -> Answer:
    """Answer from the delegations that this machine holds, of one firm or of all. Raises NotAllowed when signed out."""
    _require_account(stores)
    rows = [row.delegation for row in _rows(stores)]
    here = [one for one in rows if firm_id in {"", one.firm.id}]
    found = [one for one in who_can.on_day(here, day=today) if criteria.matches(one)]
    return Answer(today, tuple(found), as_of=cache_expiry.last_contact(stores))


def known(stores: Stores, *, firm_id: str) -> Known:
    """Read what this machine knows of the firms for which the person grants, or of the one that is named.

    Raises NotAllowed when signed out.
    """
    _require_account(stores)
    me = session.current(stores)
    mine = tuple(firm for firm in (me.firms if me else ()) if firm.role == "grantor" and firm_id in {"", firm.id})
    heads = {firm.id: register.known_head(stores, firm_id=firm.id) for firm in mine}
    names: dict[str, str] = {}
    for row in _rows(stores):
        names |= _names(row.delegation.grantor) | _names(row.delegation.grantee)
    return Known(mine, names, {number: head for number, head in heads.items() if head is not None})


def replayed(gateways: Gateways, *, known: Known, criteria: HoldingFilter, day: date) -> Answer:
    """Answer from the registers of these firms, each fetched and verified, up to the end of a day.

    Raises RegisterRefused when one does not hold.
    """
    verdicts: list[Verdict] = []
    found: list[Holding] = []
    for _firm, export in verified(gateways, known=known):
        verdicts.append(export.verdict)
        try:
            found += who_can.replay(export.register, day=day, names=known.names)
        except MALFORMED as error:
            raise UnexpectedReply from error
    return Answer(day, tuple(one for one in found if criteria.matches(one)), verdicts=tuple(verdicts))


def verified(gateways: Gateways, *, known: Known) -> Iterator[tuple[Firm, Export]]:
    """Fetch and verify the register of each firm; raises RegisterRefused at the first that does not hold."""
    for firm in known.firms:
        export = register.fetch(gateways, firm_id=firm.id, known=known.heads.get(firm.id))
        verdict = export.verdict
        if not verdict.is_trusted:
            raise RegisterRefused(data={"line": verdict.fault.line if verdict.fault else 0, "firm": firm.id})
        yield firm, export


def _require_account(stores: Stores) -> None:
    if stores.account is None:
        raise NotAllowed(delegations.SIGN_IN_FIRST)


def _rows(stores: Stores) -> Iterator[DelegationRow]:
    for role in Role:
        yield from delegations.page(stores, query=DelegationQuery(role=role), limit=_ALL, offset=0).rows


def _names(party: Party) -> dict[str, str]:
    return {number: party.display_name for number in (party.account_id, party.entry_id) if number}
