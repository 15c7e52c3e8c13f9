"""The document of a cabinet, read into the domain's words; it is kept on this machine as the server wrote it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.clock import from_text, optional_date, to_text
from comptexpert_desktop.domain.documents import items, text, texts
from comptexpert_desktop.domain.firm import (
    Absence,
    AbsenceStatus,
    Expert,
    FirmPage,
    Invitation,
    Member,
    Person,
    ReviewSummary,
    Template,
    TemplateGrant,
    Terms,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_DATE = "a date is missing"


def read_firm_page(document: Mapping[str, Any]) -> FirmPage:
    """Read a cabinet with all that its grantors see; raises KeyError, TypeError or ValueError."""
    return FirmPage(
        id=str(document["id"]),
        siren=text(document.get("siren")),
        name=str(document["name"]),
        version=int(document["version"]),
        two_approvers=bool(document.get("two_approvers")),
        review_on=text(document.get("review_on")),
        experts=tuple(_expert(one) for one in items(document.get("experts"))),
        members=tuple(_member(one) for one in items(document.get("members"))),
        terms=tuple(_terms(one) for one in items(document.get("terms"))),
        invitations=tuple(_invitation(one) for one in items(document.get("invitations"))),
        templates=tuple(_template(one) for one in items(document.get("templates"))),
        absences=tuple(_absence(one) for one in items(document.get("absences"))),
        reviews=tuple(read_review_summary(one) for one in items(document.get("reviews"))),
    )


def read_review_summary(document: Mapping[str, Any]) -> ReviewSummary:
    """Read the figures of a yearly review."""
    return ReviewSummary(
        id=str(document["id"]),
        opened_at=from_text(str(document["opened_at"])),
        opened_by_name=text(document.get("opened_by_name")),
        closes_on=_date(document["closes_on"]),
        grace_until=_date(document["grace_until"]),
        status=str(document["status"]),
        total=int(document["total"]),
        kept=int(document["kept"]),
        ended=int(document["ended"]),
        lapsed=int(document["lapsed"]),
        waiting=int(document["waiting"]),
    )


def write_firm_page(page: FirmPage) -> dict[str, Any]:
    """Write a cabinet as the server would, to keep it."""
    written: dict[str, Any] = _plain(asdict(page))
    return written


def write_templates(templates: tuple[Template, ...]) -> list[dict[str, object]]:
    """Write templates as the server takes them."""
    return [_plain(asdict(one)) for one in templates]


def _expert(document: Mapping[str, Any]) -> Expert:
    return Expert(
        entry_id=str(document["entry_id"]),
        account_id=text(document.get("account_id")),
        given_name=text(document.get("given_name")),
        surname=text(document.get("surname")),
    )


def _member(document: Mapping[str, Any]) -> Member:
    return Member(
        account_id=str(document["account_id"]),
        login_id=text(document.get("login_id")),
        given_name=text(document.get("given_name")),
        surname=text(document.get("surname")),
        since=from_text(str(document["since"])),
        leaves_on=optional_date(document.get("leaves_on")),
    )


def _terms(document: Mapping[str, Any]) -> Terms:
    return Terms(
        service=str(document["service"]),
        accepted_by_name=text(document.get("accepted_by_name")),
        accepted_at=from_text(str(document["accepted_at"])),
        accepted_by=text(document.get("accepted_by")),
    )


def _invitation(document: Mapping[str, Any]) -> Invitation:
    return Invitation(
        delegation_id=str(document["delegation_id"]),
        email=text(document.get("email")),
        service=str(document["service"]),
        rights=texts(document.get("rights")),
        invited_at=from_text(str(document["invited_at"])),
        lapses_on=optional_date(document.get("lapses_on")),
    )


def _template(document: Mapping[str, Any]) -> Template:
    return Template(
        code=str(document["code"]),
        name=str(document["name"]),
        description=text(document.get("description")),
        days=int(document["days"]),
        grants=tuple(
            TemplateGrant(service=str(one["service"]), rights=texts(one.get("rights")))
            for one in items(document.get("grants"))
        ),
    )


def _absence(document: Mapping[str, Any]) -> Absence:
    return Absence(
        id=str(document["id"]),
        absent=_person(document["absent"]),
        cover=_person(document["cover"]),
        reason=text(document.get("reason")),
        asked_at=from_text(str(document["asked_at"])),
        starts_at=from_text(str(document["starts_at"])),
        ends_on=_date(document["ends_on"]),
        status=AbsenceStatus(document["status"]),
    )


def _person(document: Mapping[str, Any]) -> Person:
    return Person(
        entry_id=str(document["entry_id"]),
        given_name=text(document.get("given_name")),
        surname=text(document.get("surname")),
    )


def _date(value: object) -> date:
    found = optional_date(value)
    if found is None:
        raise ValueError(_NO_DATE)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401  (what JSON can hold)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value
