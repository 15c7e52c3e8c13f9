"""« Who can do what? », on one day: from the delegations as last told, or replayed from the lines of a register.

A past day is read as it was at its end, in France. Each right of each live delegation is one answer: it may be used, or
codes say what keeps it from being used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.documents import texts
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.timestamps import from_text, optional_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.register import Register

CERTIFICATE, TERMS, UNKNOWN = "DEL_CERT_REQUIRED", "DEL_TERMS", "REGISTER_SAYS_NOT"
"""What may be missing; the last when lines of an earlier version do not say what was."""
WAITING = {Status.SCHEDULED: "DEL_SCHEDULED", Status.SUSPENDED: "DEL_SUSPENDED"}
LIVE = frozenset({Status.ACTIVE, *WAITING})
ENDED = "DEL_ENDED"
"""The last day has passed and nobody has noted it yet."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One right of one person, on the day that was asked about."""

    person: str
    person_id: str
    service: str
    right: str
    is_effective: bool
    missing: tuple[str, ...]
    """Codes of what keeps the right from being used; empty when it may be."""
    grantor: str
    valid_from: date | None
    valid_until: date | None
    delegation_id: str
    firm_id: str


@dataclass(frozen=True, slots=True)
class HoldingFilter:
    """What is asked about: a service, a right, a person; empty is all of them."""

    service: str = ""
    right: str = ""
    person_id: str = ""

    def matches(self, holding: Holding) -> bool:
        """Tell whether a holding is asked about."""
        criteria = ((self.service, holding.service), (self.right, holding.right), (self.person_id, holding.person_id))
        return all(not name or name == found for name, found in criteria)


def on_day(delegations: Iterable[Delegation], *, day: date) -> tuple[Holding, ...]:
    """Answer from the delegations as the server last told them."""
    found: list[Holding] = []
    for one in delegations:
        if one.status not in LIVE:
            continue
        last = _earlier(one.valid_until, one.leaves_on)
        state = _State(
            status=one.status,
            valid_from=one.valid_from,
            valid_until=last,
            missing=one.missing,
            certified=tuple(right for right in one.rights if right not in one.effective_rights)
            if CERTIFICATE in one.missing and one.effective_rights
            else (one.rights if CERTIFICATE in one.missing else ()),
        )
        found += [
            Holding(
                person=one.grantee.display_name,
                person_id=one.grantee.account_id,
                service=one.service,
                right=right,
                is_effective=not state.lacks(right, day=day),
                missing=state.lacks(right, day=day),
                grantor=one.grantor.display_name,
                valid_from=one.valid_from,
                valid_until=last,
                delegation_id=one.id,
                firm_id=one.firm.id,
            )
            for right in one.rights
        ]
    return _ordered(found)


def replay(register: Register, *, day: date, names: Mapping[str, str]) -> tuple[Holding, ...]:
    """Answer from the lines of a register, up to the end of a day; `names` are today's, for lines that say none.

    Raises what reading a malformed document raises; whether the register holds is asked before.
    """
    terms: set[str] = set()
    leaving: dict[str, date] = {}
    known: dict[str, dict[str, Any]] = {}
    for line in register.lines:
        if day_in_france(from_text(str(line["at"]))) > day:
            break
        action, number = str(line["action"]), str(line["object_id"])
        if action == "terms.accepted":
            terms.add(number)
        elif action == "member.leaving":
            leaving[number] = date.fromisoformat(str(line["data"]["on"]))
        elif action in {"member.staying", "member.ended"}:
            leaving.pop(number, None)
        elif action.startswith("delegation."):
            said = {f"name of {place}": text for place, text in register.said(line).items()}
            known[number] = {**known.get(number, {}), **line["data"], **said}
    firm_id = str(register.end.get("firm") or "")
    found = [
        holding
        for number, data in known.items()
        for holding in _replayed(number, data, terms=terms, leaving=leaving, day=day, names=names, firm_id=firm_id)
    ]
    return _ordered(found)


@dataclass(frozen=True, slots=True)
class _State:
    """Where one delegation stands, and what may keep its rights from being used."""

    status: Status
    valid_from: date | None
    valid_until: date | None
    missing: tuple[str, ...]
    certified: tuple[str, ...]
    """Those of its rights that lack the certificate when `missing` says that one is lacking."""

    def lacks(self, right: str, *, day: date) -> tuple[str, ...]:
        """Return the codes of what keeps one right from being used on a day."""
        found = [code for code in self.missing if code != CERTIFICATE or right in self.certified]
        if self.status in WAITING:
            found.insert(0, WAITING[self.status])
        elif self.valid_from is not None and self.valid_from > day:
            found.insert(0, WAITING[Status.SCHEDULED])
        if self.valid_until is not None and self.valid_until < day:
            found.insert(0, ENDED)
        return tuple(found)


def _replayed(
    number: str,
    data: Mapping[str, Any],
    *,
    terms: set[str],
    leaving: Mapping[str, date],
    day: date,
    names: Mapping[str, str],
    firm_id: str,
) -> list[Holding]:
    status = Status(data["to"])
    if status not in LIVE:
        return []
    rights, grantor, grantee = texts(data["rights"]), str(data["grantor"]), str(data["grantee"] or "")
    state = _State(
        status=status,
        valid_from=optional_date(data["valid_from"]),
        valid_until=_earlier(optional_date(data["valid_until"]), leaving.get(grantee)),
        missing=_missing(data, terms=terms, day=day),
        certified=texts(data.get("certified")),
    )
    person = str(data.get("name of grantee") or names.get(grantee) or data.get("name of invited") or grantee)
    return [
        Holding(
            person=person,
            person_id=grantee,
            service=str(data["service"]),
            right=right,
            is_effective=not state.lacks(right, day=day),
            missing=state.lacks(right, day=day),
            grantor=str(data.get("name of grantor") or names.get(grantor) or grantor),
            valid_from=state.valid_from,
            valid_until=state.valid_until,
            delegation_id=number,
            firm_id=firm_id,
        )
        for right in rights
    ]


def _earlier(end: date | None, leaves_on: date | None) -> date | None:
    """Return the last day of a right: its own, or the one on which its holder leaves the firm."""
    days = [day for day in (end, leaves_on) if day is not None]
    return min(days, default=None)


def _missing(data: Mapping[str, Any], *, terms: set[str], day: date) -> tuple[str, ...]:
    """Return what was missing: as the last line says it, but for terms accepted and a certificate ended since."""
    if "missing" not in data:
        return (UNKNOWN,)
    found = [code for code in texts(data["missing"]) if code not in {CERTIFICATE, TERMS}]
    if TERMS in data["missing"] and data["service"] not in terms:
        found.append(TERMS)
    if data.get("certified"):
        until = optional_date(data.get("certificate_until"))
        if until is None or until < day:
            found.append(CERTIFICATE)
    return tuple(found)


def _ordered(found: Sequence[Holding]) -> tuple[Holding, ...]:
    return tuple(sorted(found, key=lambda one: (one.firm_id, one.person, one.service, one.right, one.delegation_id)))
