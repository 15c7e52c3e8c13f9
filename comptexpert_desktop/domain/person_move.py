"""A person goes to another cabinet or takes another role: what they keep, lose and get, and the decisions for it.

What is kept whole is never touched, so that nothing interrupts it. What is kept in part is narrowed at once; at a date,
which the server knows no narrowing for, it ends on the last day and the part that stays is granted from the day after.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.commands import EndMembership
from comptexpert_desktop.domain.delegation import Action, Decision, Status
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from comptexpert_desktop.domain.delegation import Delegation, DelegationRow, Firm
    from comptexpert_desktop.domain.firm import TemplateGrant

WAITS = "DEL_DUPLICATE"
"""A request, or a right that is yet to begin, of the same service: the server grants no other beside it."""
_ONE_DAY = timedelta(days=1)


class Change(StrEnum):
    """What becomes of a line."""

    KEEPS = "keeps"
    ENDS = "ends"
    NARROWS = "narrows"
    """Some rights of a delegation are taken, the others stay."""
    GETS = "gets"
    REFUSES = "refuses"
    """A request in a cabinet that the person leaves."""


@dataclass(frozen=True, slots=True)
class Role:
    """What the person may do in one cabinet from now on; nothing when they leave it."""

    firm: Firm
    grants: tuple[TemplateGrant, ...] = ()
    days: int = 0
    """For how long at most the role is given."""

    @property
    def leaves(self) -> bool:
        """Tell whether the person leaves the cabinet."""
        return not self.grants


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that stays or changes."""

    change: Change
    firm: Firm
    service: str
    rights: tuple[str, ...]
    """What is kept, taken, given or refused."""
    row: DelegationRow | None = None
    kept: tuple[str, ...] = ()
    """What stays of a delegation that is narrowed."""
    days: int = 0
    """For how long at most what is new is given."""
    why_not: str = ""
    """The code of why this person may not decide it; empty when they may."""
    is_mine: bool = False
    """Whether the one who decides gave the delegation."""

    @property
    def id(self) -> str:
        """Name the line among those of one move."""
        return f"{self.firm.id}/{self.row.delegation.id if self.row is not None else self.service}"

    @property
    def changes(self) -> bool:
        """Tell whether something is to be done."""
        return self.change is not Change.KEEPS and not self.why_not


@dataclass(frozen=True, slots=True)
class NewRight:
    """Rights of one service that are given, from a day when it is not at once."""

    firm: Firm
    service: str
    rights: tuple[str, ...]
    valid_from: date | None
    valid_until: date


@dataclass(frozen=True, slots=True)
class Steps:
    """All that a move asks of the server, in the order in which it leaves."""

    decisions: tuple[tuple[DelegationRow, Decision], ...] = ()
    departures: tuple[EndMembership, ...] = ()
    new: tuple[NewRight, ...] = ()
    lines: tuple[Line, ...] = field(default=(), repr=False)
    """What it was made from."""

    @property
    def size(self) -> int:
        """Count what is asked."""
        return len(self.decisions) + len(self.departures) + len(self.new)


def difference(
    rows: Iterable[DelegationRow],
    roles: Iterable[Role],
    *,
    first_day: date,
    me: str,
    why_not: Mapping[str, str],
) -> tuple[Line, ...]:
    """Compare what a person has in each cabinet with the role that they take there; other cabinets do not change.

    `rows` are theirs, `me` the account that decides, `why_not` the codes of the delegations it may not decide on.
    """
    found, lines = list(rows), []
    for role in roles:
        here = [row for row in found if row.delegation.firm.id == role.firm.id]
        lines += _in_firm(here, role, first_day=first_day, me=me, why_not=why_not)
    return tuple(lines)


def _in_firm(
    rows: Sequence[DelegationRow], role: Role, *, first_day: date, me: str, why_not: Mapping[str, str]
) -> list[Line]:
    of_role = {one.service: dict.fromkeys(one.rights) for one in role.grants}
    lines, waiting, held = [], set(), set()
    for row in rows:
        one = row.delegation
        why = why_not.get(one.id, "")
        if one.status in OPEN:
            if role.leaves:
                lines.append(Line(Change.REFUSES, role.firm, one.service, one.rights, row, why_not=why))
            elif one.grantor.account_id == me:
                waiting.add(one.service)
        elif one.status in LIVE and not _is_over(one, on=first_day):
            line = _held_line(row, role, of_role.get(one.service, {}), why=why)
            line = replace(line, is_mine=one.grantor.account_id == me)
            held |= {(one.service, right) for right in (one.rights if line.why_not else line.kept)}
            if _hinders(one, line, me=me):
                waiting.add(one.service)
            lines.append(line)
    for service, rights in of_role.items():
        new = tuple(right for right in rights if (service, right) not in held)
        if new:
            why = WAITS if service in waiting else ""
            lines.append(Line(Change.GETS, role.firm, service, new, days=role.days, why_not=why))
    return lines


def _held_line(row: DelegationRow, role: Role, of_role: Collection[str], *, why: str) -> Line:
    one = row.delegation
    kept = tuple(right for right in one.rights if right in of_role)
    lost = tuple(right for right in one.rights if right not in of_role)
    if not lost:
        return Line(Change.KEEPS, role.firm, one.service, kept, row, kept=kept)
    change = Change.NARROWS if kept else Change.ENDS
    return Line(change, role.firm, one.service, lost, row, kept=kept, why_not=why)


def _hinders(one: Delegation, line: Line, *, me: str) -> bool:
    """Tell whether a right that is yet to begin keeps the server from granting another of its service."""
    is_later = one.status is Status.SCHEDULED and one.origin != "renewal"
    return is_later and one.grantor.account_id == me and not (line.change is Change.ENDS and line.changes)


def _is_over(one: Delegation, *, on: date) -> bool:
    return any(day is not None and day < on for day in (one.valid_until, one.leaves_on))


def steps(
    lines: Iterable[Line],
    *,
    agreed: Collection[str],
    roles: Iterable[Role],
    last_day: date | None,
    today: date,
    account_id: str,
    note: str,
    max_days: Callable[[str, tuple[str, ...]], int],
) -> Steps:
    """Make the decisions of the lines that are agreed on; `last_day` is that of what was, None for now.

    `account_id` is the person's, `max_days` says for how long rights of a service may be given together. The place in
    a cabinet ends with all that ends there, or not at all.
    """
    lines = list(lines)
    offered = [line for line in lines if line.changes]
    chosen = tuple(line for line in offered if line.id in agreed)
    start = today if last_day is None else last_day + _ONE_DAY
    left = [role.firm.id for role in roles if role.leaves and _ends_whole(role, offered, agreed=agreed)]
    departures = tuple(EndMembership(firm_id, account_id, last_day) for firm_id in left)
    ended_with_place = set(left) if last_day is not None else set()
    decisions, again = [], []
    for line in chosen:
        row = line.row
        if row is None or (line.change is Change.ENDS and line.firm.id in ended_with_place):
            continue
        decisions.append((row, _decision(line, row.delegation, last_day=last_day, note=note)))
        if line.change is Change.NARROWS and _waits(row.delegation, last_day=last_day):
            again.append(line)
    new = _new(chosen, again, start=start, today=today, max_days=max_days)
    beside = [_beside(one, lines, max_days=max_days) for one in new]
    return Steps(tuple(decisions), departures, tuple(one for one in beside if one is not None), chosen)


def _beside(
    new: NewRight, lines: Iterable[Line], *, max_days: Callable[[str, tuple[str, ...]], int]
) -> NewRight | None:
    """Give again only what a right of the same grantor does not hold already: behind it, or not at all.

    The server refuses to grant what is there; what ends sooner than what it stands beside goes on from the day after.
    """
    for line in lines:
        one = line.row.delegation if line.row is not None else None
        is_there = one is not None and line.change is Change.KEEPS and line.is_mine and one.status is Status.ACTIVE
        if one is None or not is_there or (one.firm.id, one.service) != (new.firm.id, new.service):
            continue
        if set(new.rights) <= set(one.rights):
            if one.valid_until is None or new.valid_until <= one.valid_until:
                return None
            start = one.valid_until + _ONE_DAY
            latest = periods.latest_day(start, max_days=max_days(new.service, new.rights))
            return replace(new, valid_from=start, valid_until=min(new.valid_until, latest))
    return new


def _ends_whole(role: Role, offered: Iterable[Line], *, agreed: Collection[str]) -> bool:
    ends = [line.id for line in offered if line.firm.id == role.firm.id and line.change is Change.ENDS]
    return bool(ends) and all(one in agreed for one in ends)


def _waits(one: Delegation, *, last_day: date | None) -> bool:
    """Tell whether a right is used until the last day: one that is suspended or begins later is narrowed at once."""
    return last_day is not None and one.status is Status.ACTIVE


def _decision(line: Line, one: Delegation, *, last_day: date | None, note: str) -> Decision:
    if line.change is Change.REFUSES:
        return Decision(Action.REFUSE, note=note)
    if line.change is Change.NARROWS and not _waits(one, last_day=last_day):
        return Decision(Action.NARROW, note=note, rights=line.kept)
    begins_later = last_day is not None and one.valid_from is not None and one.valid_from > last_day
    return Decision(Action.REVOKE, note=note, at=None if begins_later else last_day)


def _new(
    agreed: Iterable[Line],
    again: Iterable[Line],
    *,
    start: date,
    today: date,
    max_days: Callable[[str, tuple[str, ...]], int],
) -> tuple[NewRight, ...]:
    """Give what is new, and again what stays of what ended: together where they are of one service of one cabinet."""
    found: dict[tuple[str, str], NewRight] = {}

    def give(line: Line, rights: tuple[str, ...], until: date) -> None:
        key = (line.firm.id, line.service)
        before = found.get(key)
        together = rights if before is None else tuple(dict.fromkeys((*before.rights, *rights)))
        latest = periods.latest_day(start, max_days=max_days(line.service, together))
        until = min(latest, until if before is None else max(before.valid_until, until))
        found[key] = NewRight(line.firm, line.service, together, start if start > today else None, until)

    for line in again:
        assert line.row is not None
        days = [line.row.delegation.valid_until, line.row.renewed_until]
        give(line, line.kept, max((day for day in days if day is not None), default=date.max))
    for line in agreed:
        if line.change is Change.GETS:
            give(line, line.rights, periods.latest_day(start, max_days=line.days))
    return tuple(found.values())
