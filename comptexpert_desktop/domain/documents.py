"""The documents of the API and of the local files, read into the domain's words and written back.

Readers raise KeyError, TypeError or ValueError on what is not such a document; whoever reads a border
turns these into its own error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.catalogue import Catalogue, Right, Service
from comptexpert_desktop.domain.clock import from_text, optional_date, optional_time, to_text
from comptexpert_desktop.domain.delegation import Delegation, DelegationId, Firm, Party, Status
from comptexpert_desktop.domain.registry import EntryId, RegionalCouncil, RegistryEntry
from comptexpert_desktop.domain.review import OpenReview
from comptexpert_desktop.domain.session import Account, CoverAsked, Covering, Me, OwnSession, ServiceAccess

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

_NOT_A_LIST = "not a list"


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts; absent is empty."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise TypeError(_NOT_A_LIST)
    return tuple(str(item) for item in value)


def items(value: object) -> list[Any]:
    """Read a list; absent is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError(_NOT_A_LIST)
    return value


def text(value: object) -> str:
    """Read a text; absent is empty."""
    return "" if value is None else str(value)


def read_entry(document: Mapping[str, Any]) -> RegistryEntry:
    """Read a line of the registry."""
    return RegistryEntry(
        entry_id=EntryId(str(document["entry_id"])),
        surname=str(document["surname"]),
        given_name=text(document.get("given_name")),
        town=text(document.get("town")),
        council=text(document.get("council")),
        list=text(document.get("list")),
        registration_number=text(document.get("registration_number")),
    )


def read_council(document: Mapping[str, Any]) -> RegionalCouncil:
    """Read a Conseil régional."""
    return RegionalCouncil(
        code=str(document["code"]),
        name=str(document["name"]),
        departments=texts(document.get("departments")),
        email=text(document.get("email")),
        phone=text(document.get("phone")),
        site=text(document.get("site")),
        former_names=texts(document.get("former_names")),
    )


def read_firm(document: Mapping[str, Any]) -> Firm:
    """Read a cabinet."""
    return Firm(
        id=str(document["id"]),
        siren=text(document.get("siren")),
        name=text(document.get("name")),
        role=text(document.get("role")),
    )


def read_party(document: Mapping[str, Any]) -> Party:
    """Read one side of a delegation."""
    return Party(
        account_id=text(document.get("account_id")),
        login_id=text(document.get("login_id")),
        given_name=text(document.get("given_name")),
        surname=text(document.get("surname")),
        entry_id=text(document.get("entry_id")),
        email=text(document.get("email")),
    )


def read_delegation(document: Mapping[str, Any]) -> Delegation:
    """Read a delegation."""
    requested_at = optional_time(document["requested_at"])
    if requested_at is None:
        raise ValueError("requested_at")
    return Delegation(
        id=DelegationId(str(document["id"])),
        version=int(document["version"]),
        firm=read_firm(document["firm"]),
        service=str(document["service"]),
        rights=texts(document["rights"]),
        grantor=read_party(document["grantor"]),
        grantee=read_party(document["grantee"]),
        status=Status(document["status"]),
        origin=text(document.get("origin")),
        reason=text(document.get("reason")),
        decision_note=text(document.get("decision_note")),
        valid_from=optional_date(document.get("valid_from")),
        valid_until=optional_date(document.get("valid_until")),
        requested_at=requested_at,
        decided_at=optional_time(document.get("decided_at")),
        ended_at=optional_time(document.get("ended_at")),
        end_cause=text(document.get("end_cause")),
        effective=bool(document.get("effective")),
        missing=texts(document.get("missing")),
        supersedes=text(document.get("supersedes")),
        first_approver=text(document.get("first_approver")),
    )


def write_delegation(delegation: Delegation) -> dict[str, object]:
    """Write a delegation as the server would."""
    return {
        "id": delegation.id,
        "version": delegation.version,
        "firm": _slots(delegation.firm),
        "service": delegation.service,
        "rights": list(delegation.rights),
        "grantor": _slots(delegation.grantor),
        "grantee": _slots(delegation.grantee),
        "status": delegation.status.value,
        "origin": delegation.origin,
        "reason": delegation.reason,
        "decision_note": delegation.decision_note,
        "valid_from": _date(delegation.valid_from),
        "valid_until": _date(delegation.valid_until),
        "requested_at": to_text(delegation.requested_at),
        "decided_at": _time(delegation.decided_at),
        "ended_at": _time(delegation.ended_at),
        "end_cause": delegation.end_cause,
        "effective": delegation.effective,
        "missing": list(delegation.missing),
        "supersedes": delegation.supersedes,
        "first_approver": delegation.first_approver,
    }


def read_me(document: Mapping[str, Any]) -> Me:
    """Read who is signed in."""
    account = document["account"]
    return Me(
        account=Account(
            account_id=str(account["account_id"]),
            login_id=str(account["login_id"]),
            given_name=text(account.get("given_name")),
            surname=text(account.get("surname")),
            profile=text(account.get("profile")),
            kind=text(account.get("kind")),
            may_grant=bool(account.get("may_grant")),
            masked_email=text(account.get("masked_email")),
            entry_id=text(account.get("entry_id")),
        ),
        firms=tuple(read_firm(firm) for firm in items(document.get("firms"))),
        services=tuple(_read_access(access) for access in items(document.get("services"))),
        missing=texts(document.get("missing")),
        covers=tuple(_read_covering(one) for one in items(document.get("covers"))),
        reviews=tuple(_read_open_review(one) for one in items(document.get("reviews"))),
        absences=tuple(_read_cover_asked(one) for one in items(document.get("absences"))),
    )


def _read_covering(document: Mapping[str, Any]) -> Covering:
    ends_on = optional_date(document["ends_on"])
    if ends_on is None:
        raise ValueError("ends_on")
    return Covering(
        firm_id=str(document["firm_id"]),
        absent_entry_id=str(document["absent_entry_id"]),
        absent_name=text(document.get("absent_name")),
        ends_on=ends_on,
    )


def _read_cover_asked(document: Mapping[str, Any]) -> CoverAsked:
    ends_on = optional_date(document["ends_on"])
    if ends_on is None:
        raise ValueError("ends_on")
    return CoverAsked(
        firm_id=str(document["firm_id"]),
        absence_id=str(document["absence_id"]),
        cover_name=text(document.get("cover_name")),
        ends_on=ends_on,
    )


def _read_open_review(document: Mapping[str, Any]) -> OpenReview:
    closes_on, grace_until = optional_date(document["closes_on"]), optional_date(document["grace_until"])
    if closes_on is None or grace_until is None:
        raise ValueError("closes_on")
    return OpenReview(
        firm_id=str(document["firm_id"]),
        review_id=str(document["review_id"]),
        closes_on=closes_on,
        grace_until=grace_until,
        status=str(document["status"]),
        total=int(document["total"]),
        waiting=int(document["waiting"]),
    )


def read_session(document: Mapping[str, Any]) -> OwnSession:
    """Read a place where an account is signed in."""
    return OwnSession(
        id=str(document["id"]),
        kind=str(document["kind"]),
        client=text(document.get("client")),
        device=text(document.get("device")),
        signed_in_at=from_text(str(document["signed_in_at"])),
        used_at=from_text(str(document["used_at"])),
        is_this_one=bool(document.get("current")),
    )


def _read_access(document: Mapping[str, Any]) -> ServiceAccess:
    return ServiceAccess(
        service=str(document["id"] if "id" in document else document["service"]),
        name=text(document.get("name")),
        url=text(document.get("url")),
        access=text(document.get("access")),
        is_open=bool(document.get("is_open")),
        why=text(document.get("why")),
        rights=texts(document.get("rights")),
    )


def write_me(me: Me) -> dict[str, object]:
    """Write who is signed in, to keep it."""
    return {
        "account": _slots(me.account),
        "firms": [_slots(firm) for firm in me.firms],
        "services": [_slots(access) for access in me.services],
        "missing": list(me.missing),
        "covers": [_slots(one) | {"ends_on": _date(one.ends_on)} for one in me.covers],
        "reviews": [
            _slots(one) | {"closes_on": _date(one.closes_on), "grace_until": _date(one.grace_until)}
            for one in me.reviews
        ],
        "absences": [_slots(one) | {"ends_on": _date(one.ends_on)} for one in me.absences],
    }


def read_catalogue(document: Mapping[str, Any]) -> Catalogue:
    """Read the services and their rights."""
    return Catalogue(
        version=str(document["version"]),
        services=tuple(_read_service(service) for service in items(document["services"])),
    )


def _read_service(document: Mapping[str, Any]) -> Service:
    return Service(
        id=str(document["id"]),
        name=str(document["name"]),
        url=text(document.get("url")),
        enabled=bool(document.get("enabled", True)),
        evidence=text(document.get("evidence")),
        firm_scoped=bool(document.get("firm_scoped")),
        requires_terms=bool(document.get("requires_terms")),
        rights=tuple(_read_right(right) for right in items(document.get("rights"))),
        profiles={str(profile): str(access) for profile, access in dict(document["profiles"]).items()},
    )


def _read_right(document: Mapping[str, Any]) -> Right:
    return Right(
        id=str(document["id"]),
        name=text(document.get("name")),
        delegable=bool(document.get("delegable", True)),
        risk=text(document.get("risk")),
        max_days=int(document.get("max_days") or 0),
        requires_certificate=bool(document.get("requires_certificate")),
    )


def write_catalogue(catalogue: Catalogue) -> dict[str, object]:
    """Write the catalogue, to keep it."""
    return {
        "version": catalogue.version,
        "services": [
            _slots(service) | {"rights": [_slots(right) for right in service.rights]} for service in catalogue.services
        ],
    }


def write_council(council: RegionalCouncil) -> dict[str, object]:
    """Write a Conseil régional, to keep it."""
    return _slots(council)


def write_entry(entry: RegistryEntry) -> dict[str, object]:
    """Write a line of the registry, to keep it in a draft."""
    return dict(entry._asdict())


def _slots(value: object) -> dict[str, object]:
    names: tuple[str, ...] = getattr(type(value), "__slots__")  # noqa: B009  (mypy does not know it)
    return {name: getattr(value, name) for name in names}


def _date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _time(value: datetime | None) -> str | None:
    return None if value is None else to_text(value)
