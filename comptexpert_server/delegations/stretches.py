"""On which days a person holds a right: the stretches of which « Après ce geste » is made (domain.md, BR-30)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from comptexpert_server.delegations import chain
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.models import Delegation, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

FOR_EVER = date.max
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, order=True)
class Stretch:
    """The days, first and last included, on which a person holds a right in a firm, by one grantor."""

    service: str
    right: str
    firm_id: UUID
    firm_name: str
    siren: str
    first: date
    last: date
    by: str
    missing: tuple[str, ...]
    holder_id: str
    """The account, or the address of an invitation."""
    holder: str

    @property
    def what(self) -> tuple[str, str, UUID, str]:
        """Return the right that is held and by whom, whoever gave it."""
        return self.service, self.right, self.firm_id, self.holder_id


@dataclass(frozen=True, kw_only=True)
class _Term:
    """A right as it will be lived: its days may be cut, moved or continued by what starts beside it."""

    delegation: Delegation
    rights: tuple[str, ...]
    first: date
    until: date
    after: UUID | None
    """What it waits behind."""


def stretches_of(delegations: Iterable[Delegation], *, today: date) -> list[Stretch]:
    """Return on which days from today which rights are held, each with what still keeps it from working."""
    rows = list(delegations)
    facts = facts_of(rows, today=today)
    lines: dict[tuple[UUID, UUID, str, str], list[_Term]] = {}
    for one in rows:
        if one.status == Status.ACTIVE or (one.status == Status.SCHEDULED and _starts(one)):
            line = (one.firm_id, one.grantor_id, holder_of(one), one.service)
            lines.setdefault(line, []).append(_term(one, today=today))
    found = []
    for term in (term for terms in lines.values() for term in _lived(terms)):
        one, last = term.delegation, min(term.until, facts.last_day(term.delegation) or FOR_EVER)
        missing = entitlement_of(one, facts=facts).missing
        by = f"{one.grantor.given_name} {one.grantor.surname}"
        found += [
            Stretch(
                service=one.service,
                right=right,
                firm_id=one.firm_id,
                firm_name=one.firm.name,
                siren=one.firm.siren,
                first=term.first,
                last=last,
                by=by,
                missing=missing if one.grantee_id else ("DEL_NO_ACCOUNT", *missing),
                holder_id=holder_of(one),
                holder=_name_of(one),
            )
            for right in term.rights
            if term.first <= last
        ]
    return joined(found)


def _starts(one: Delegation) -> bool:
    """Return whether a right begins on its day, by the calendar alone: nothing holds what it waits behind."""
    return not chain.is_held(one) and not chain.is_broken(one)


def _term(one: Delegation, *, today: date) -> _Term:
    return _Term(
        delegation=one,
        rights=tuple(one.rights),
        first=_first_day(one, today=today),
        until=one.valid_until or FOR_EVER,
        after=one.supersedes_id,
    )


def _lived(terms: list[_Term]) -> list[_Term]:
    """Let the rights of one line (firm, parties, service) start in turn, as `succession` does on each first day."""
    lived = [term for term in terms if term.delegation.status == Status.ACTIVE]
    waiting = sorted((term for term in terms if term not in lived), key=lambda term: (term.first, term.until))
    while waiting:
        starting, former = waiting.pop(0), lived[-1] if lived else None
        if former is not None and former.first < starting.first <= former.until:
            lived[-1] = replace(former, until=starting.first - ONE_DAY)
            waiting = [moved for one in waiting if (moved := _behind(one, starting=starting, former=former))]
            waiting += _rest(former, starting=starting, waiting=waiting)
            waiting.sort(key=lambda term: (term.first, term.until))
        lived.append(starting)
    return lived


def _behind(waiting: _Term, *, starting: _Term, former: _Term) -> _Term | None:
    """Let what waits begin after a right that gives all of it; None when nothing of its days is left."""
    after = starting.delegation.pk if waiting.after == former.delegation.pk else waiting.after
    is_within = starting.first <= waiting.first <= starting.until and set(waiting.rights) <= set(starting.rights)
    if not is_within or starting.until == FOR_EVER:
        return replace(waiting, after=after)
    first = starting.until + ONE_DAY
    return replace(waiting, first=first, after=after) if first <= waiting.until else None


def _rest(former: _Term, *, starting: _Term, waiting: list[_Term]) -> list[_Term]:
    """Return what is left of a right beyond the last day of the one that replaces it."""
    rights = tuple(right for right in former.rights if right in starting.rights)
    renewed = any(one.after == starting.delegation.pk and one.delegation.origin == "renewal" for one in waiting)
    if not rights or renewed or former.until == FOR_EVER or former.until <= starting.until:
        return []
    return [replace(former, rights=rights, first=starting.until + ONE_DAY, after=starting.delegation.pk)]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join stretches of one right and one grantor that follow each other: a renewal prolongs what it renews."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (*map(str, one.what), one.by, one.missing, one.first)):
        last = found[-1] if found else None
        is_same = last is not None and (last.what, last.by, last.missing) == (one.what, one.by, one.missing)
        if last is not None and is_same and (last.last == FOR_EVER or one.first <= last.last + ONE_DAY):
            found[-1] = replace(last, first=last.first, last=max(last.last, one.last))
        else:
            found.append(one)
    return found


def overlap(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """Return the parts of stretches on whose days one of the others holds the same right."""
    known = list(others)
    found = []
    for one in stretches:
        for other in known:
            first, last = max(one.first, other.first), min(one.last, other.last)
            if other.what == one.what and first <= last:
                found.append(replace(one, first=first, last=last))
    return joined(found)


def beyond(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """Return the parts of stretches on whose days none of the others holds the same right."""
    known = sorted(others)
    found = []
    for one in stretches:
        first: date | None = one.first
        for other in (other for other in known if other.what == one.what):
            if first is None or other.last < first or other.first > one.last:
                continue
            if other.first > first:
                found.append(replace(one, first=first, last=other.first - ONE_DAY))
            first = None if other.last >= one.last else max(first, other.last + ONE_DAY)
        if first is not None:
            found.append(replace(one, first=first, last=one.last))
    return joined(found)


def holder_of(delegation: Delegation) -> str:
    """Return who holds a right: an account, or the address of an invitation."""
    return str(delegation.grantee_id) if delegation.grantee_id else delegation.invited_email.lower()


def _name_of(delegation: Delegation) -> str:
    account = delegation.grantee
    if account is None:
        return delegation.invited_email
    return f"{account.given_name} {account.surname.upper()}".strip() or account.login_id


def _first_day(delegation: Delegation, *, today: date) -> date:
    return max(delegation.valid_from or today, today)
