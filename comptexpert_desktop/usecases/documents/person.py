"""One person over all the cabinets that one grants for: their rights on a day, and what happened until then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import person_story, who_can
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.who_can import HoldingFilter
from comptexpert_desktop.errors import UnexpectedReply
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.documents import who_can as asking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm, Party
    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.usecases.documents.register import Verdict
    from comptexpert_desktop.usecases.documents.who_can import Known
    from comptexpert_desktop.usecases.ports import Gateways, Stores

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """What this machine knows of a person: who they are, and their rights today."""

    account: str
    """Who looks at it."""
    person: Party
    day: date
    holdings: tuple[Holding, ...]
    as_of: datetime | None
    """When the server last told it; None when it was never asked."""
    known: Known
    """What the registers are asked with."""
    catalogue: Catalogue | None


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a register about the person, with the texts that stand beside it."""

    firm_id: str
    line: Mapping[str, Any]
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """What the verified registers say of a person at the end of a day."""

    day: date
    holdings: tuple[Holding, ...]
    events: tuple[Event, ...] = field(repr=False)
    """The latest first, over all cabinets."""
    verdicts: tuple[Verdict, ...] = ()


def held(stores: Stores, *, person_id: str, today: date) -> Held | None:
    """Read what is known of a person; None when no delegation names them. Raises NotAllowed when signed out."""
    answer = asking.now(stores, firm_id="", criteria=HoldingFilter(person_id=person_id), today=today)
    query = DelegationQuery(role=Role.GRANTOR)
    rows = delegations.stretch(stores, query=query, limit=_ALL, offset=0)
    person = next((row.delegation.grantee for row in rows if row.delegation.grantee.account_id == person_id), None)
    if person is None:
        return None
    known = asking.known(stores, firm_id="")
    mine = {firm.id for firm in known.firms}
    holdings = tuple(one for one in answer.holdings if one.firm_id in mine)
    me = stores.account.account if stores.account is not None else ""
    return Held(me, person, today, holdings, answer.as_of, known, catalogue.current(stores))


def story_of(gateways: Gateways, *, known: Known, person_id: str, day: date) -> Story:
    """Read a person in the register of each cabinet, fetched and verified, up to the end of a day.

    Raises RegisterRefused when one does not hold.
    """
    holdings: list[Holding] = []
    events: list[Event] = []
    verdicts: list[Verdict] = []
    criteria = HoldingFilter(person_id=person_id)
    for firm, export in asking.verified(gateways, known=known):
        verdicts.append(export.verdict)
        found = export.register
        try:
            holdings += filter(criteria.matches, who_can.replay(found, day=day, names=known.names))
            lines = person_story.lines_about(found, person_id=person_id, day=day)
        except MALFORMED as error:
            raise UnexpectedReply from error
        events += [Event(firm.id, line, found.said(line)) for line in lines]
    events.sort(key=lambda one: (str(one.line["at"]), int(one.line["number"])), reverse=True)
    return Story(day, tuple(holdings), tuple(events), tuple(verdicts))


def firm_of(known: Known, firm_id: str) -> Firm | None:
    """Return one of the cabinets that were asked about."""
    return next((firm for firm in known.firms if firm.id == firm_id), None)
