"""What a person could do for a firm at the end of a past day, replayed from the firm's register.

The register is checked first: nothing is said of one that does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from comptexpert_server.audit import verification
from comptexpert_server.delegations.models import LIVE, Status
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from comptexpert_server.audit.models import AuditEvent
    from comptexpert_server.audit.verification import Register
    from comptexpert_server.registry.models import Firm

CERTIFICATE, TERMS = "DEL_CERT_REQUIRED", "DEL_TERMS"


@dataclass(frozen=True, kw_only=True)
class PastRight:
    """One right as it stood at the end of a day."""

    delegation_id: str
    service: str
    right: str
    grantor_id: str
    valid_from: date | None
    valid_until: date | None
    effective: bool


DEPARTURE = frozenset({"member.leaving", "member.staying", "member.ended"})
"""The acts that plan, cancel or end the place of somebody in a firm; a new name or profile changes nothing of it."""


def checked_register(firm: Firm) -> Register:
    """Read the register of a firm; refuse one that is not what the server wrote."""
    found = verification.read(str(firm.pk))
    expected = {str(number): version for number, version in firm.delegations.values_list("pk", "version")}
    fault = verification.fault_of(found, expected=expected)
    if fault is not None:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "REGISTER_BROKEN",
            detail="The register is not what the server wrote.",
            members={"line": fault.line, "fault": fault.kind},
        )
    return found


def held_on(events: Iterable[AuditEvent], *, account_id: UUID, day: date) -> list[PastRight]:
    """List the rights that an account held at the end of a day, effective or not, from the lines of a register."""
    terms: set[str] = set()
    known: dict[str, dict[str, Any]] = {}
    leaves_on: date | None = None
    for event in events:
        if timezone.localdate(event.at) > day:
            break
        if event.action == "terms.accepted":
            terms.add(event.object_id)
        elif event.action in DEPARTURE and event.object_id == str(account_id):
            leaves_on = date.fromisoformat(event.data["on"]) if event.action == "member.leaving" else None
        elif event.action.startswith("delegation."):
            known[event.object_id] = {**known.get(event.object_id, {}), **event.data}
    return [
        one
        for number, data in known.items()
        if data["grantee"] == str(account_id) and data["to"] in LIVE
        for one in _rights(number, data, terms=terms, leaves_on=leaves_on, day=day)
    ]


def _rights(
    number: str, data: Mapping[str, Any], *, terms: set[str], leaves_on: date | None, day: date
) -> list[PastRight]:
    first, last = _day(data["valid_from"]), _day(data["valid_until"])
    last = min((one for one in (last, leaves_on) if one is not None), default=None)
    in_force = data["to"] == Status.ACTIVE and (first is None or first <= day) and (last is None or last >= day)
    missing = {code for code in data.get("missing", ["REGISTER_SAYS_NOT"]) if code not in {CERTIFICATE, TERMS}}
    if TERMS in data.get("missing", ()) and data["service"] not in terms:
        missing.add(TERMS)
    certified = set(data.get("certified", ()))
    until = _day(data.get("certificate_until"))
    lacks = certified if until is None or until < day else set()
    return [
        PastRight(
            delegation_id=number,
            service=data["service"],
            right=right,
            grantor_id=data["grantor"],
            valid_from=first,
            valid_until=last,
            effective=in_force and not missing and right not in lacks,
        )
        for right in data["rights"]
    ]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
