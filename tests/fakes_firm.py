"""A cabinet in memory: what its grantors read and change, each change once a key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import codec, firm_rules
from comptexpert_desktop.domain.firm import (
    ABSENCE_WAIT_HOURS,
    Absence,
    AbsenceStatus,
    Expert,
    FirmPage,
    Invitation,
    Member,
    PendingSetting,
    Person,
    Template,
    TemplateGrant,
    Terms,
)
from comptexpert_desktop.domain.firm_documents import read_firm_page
from comptexpert_desktop.errors import Refused, Stale, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.session import Me
    from tests.fakes_wire import Call

SINCE = datetime(2025, 9, 1, 8, tzinfo=UTC)
FIRM_ID = "f1000000-0000-4000-8000-000000000001"

TEMPLATES = (
    Template(
        code="assistant",
        name="Assistant",
        description="Prépare les envois.",
        days=365,
        grants=(TemplateGrant("jesignexpert", ("prepare",)),),
    ),
    Template(
        code="reviewer",
        name="Réviseur",
        description="Relit les envois.",
        days=365,
        grants=(TemplateGrant("jesignexpert", ("prepare",)),),
    ),
)


def a_firm_page(*, experts: tuple[Expert, ...] | None = None, **changes: Any) -> FirmPage:
    """Make the page of a cabinet with two experts-comptables and one collaborateur."""
    made = FirmPage(
        id=FIRM_ID,
        siren="732829320",
        name="Cabinet Aubier",
        version=3,
        two_approvers=False,
        review_on="",
        experts=experts
        or (
            Expert("e0000000-0000-4000-8000-000000000001", _account("claire.aubier"), "Claire", "Aubier"),
            Expert("e0000000-0000-4000-8000-000000000002", _account("hugo.garnier"), "Hugo", "Garnier"),
        ),
        members=(
            Member(
                account_id=_account("karim.leroux"),
                login_id="karim.leroux",
                given_name="Karim",
                surname="Leroux",
                since=SINCE,
            ),
        ),
        terms=(),
        invitations=(),
        templates=TEMPLATES,
    )
    return replace(made, **changes)


def an_invitation(**changes: Any) -> Invitation:
    """Make a right granted to an address without an account."""
    made = Invitation(
        delegation_id="d0000000-0000-4000-8000-000000000001",
        email="lea.petit@aubier.example",
        service="jesignexpert",
        rights=("prepare",),
        invited_at=datetime(2026, 3, 10, 8, tzinfo=UTC),
        lapses_on=date(2026, 3, 24),
    )
    return replace(made, **changes)


def an_absence(page: FirmPage, *, absent: int = 1, cover: int = 0, **changes: Any) -> Absence:
    """Make the cover of one expert-comptable of the cabinet by another, active."""
    asked_at = datetime(2026, 3, 9, 8, tzinfo=UTC)
    made = Absence(
        id="a0000000-0000-4000-8000-000000000001",
        absent=_person(page.experts[absent]),
        cover=_person(page.experts[cover]),
        reason="Congé annuel",
        asked_at=asked_at,
        starts_at=asked_at + timedelta(hours=ABSENCE_WAIT_HOURS),
        ends_on=date(2026, 3, 31),
        status=AbsenceStatus.ACTIVE,
    )
    return replace(made, **changes)


@dataclass
class FirmFake:
    """The part of the fake server about cabinets."""

    firms: dict[str, FirmPage] = field(default_factory=lambda: {FIRM_ID: a_firm_page()})
    firm_calls: list[Call] = field(default_factory=list)
    """Every change that was asked, each attempt."""
    lost_answers: int = 0
    """So many changes of a cabinet happen and their answer is lost."""
    _firm_answers: dict[str, FirmPage] = field(default_factory=dict)

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        self._called("firm")
        return self._granted(firm_id, self._signed_in(token))

    def change_firm(self, call: Call, *, token: str) -> FirmPage:
        self._called(f"{call.method} {call.path}")
        self.firm_calls.append(call)
        me = self._signed_in(token)
        if call.key in self._firm_answers:
            return self._firm_answers[call.key]
        _, _, firm_id, *rest = call.path.partition("?")[0].split("/")
        page = self._granted(firm_id, me)
        if call.if_match is not None and call.if_match != page.version:
            raise Stale("FIRM_STALE")
        changed = replace(self._changed(page, rest, call=call, me=me), version=page.version + 1)
        self.firms[firm_id] = self._firm_answers[call.key] = changed
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable(data={"sent": True})
        return changed

    def _granted(self, firm_id: str, me: Me) -> FirmPage:
        grants = me.account.may_grant and any(firm.id == firm_id for firm in me.firms)
        if not grants or firm_id not in self.firms:
            raise Refused("NOT_FOUND")
        return self.firms[firm_id]

    def _changed(self, page: FirmPage, rest: list[str], *, call: Call, me: Me) -> FirmPage:
        if not rest:
            return _set(page, call.body, me=me, now=self.time)
        if rest == ["terms"]:
            terms = Terms(
                service=str(call.body["service"]), accepted_by_name=me.account.display_name, accepted_at=self.time
            )
            return page if page.terms_of(terms.service) else replace(page, terms=(*page.terms, terms))
        if rest[0] == "members":
            change = _with_member if rest[2:] == ["departure"] else _without_member
            return change(page, rest[1], on=call.path.partition("?on=")[2])
        if rest[0] == "unused":
            kept = tuple(one for one in page.unused if one.delegation_id != rest[1])
            return replace(page, unused=kept)
        if rest == ["absences"]:
            return replace(page, absences=(self._absence(page, call=call, me=me), *page.absences))
        mine = next(one.entry_id for one in page.experts if one.account_id == me.account.account_id)
        moved = tuple(_stopped(one, rest[2], entry_id=mine) if one.id == rest[1] else one for one in page.absences)
        if not any(one.id == rest[1] for one in page.absences):
            raise Refused("NOT_FOUND")
        return replace(page, absences=moved)

    def _absence(self, page: FirmPage, *, call: Call, me: Me) -> Absence:
        mine = next(_person(one) for one in page.experts if one.account_id == me.account.account_id)
        asks = "absent" in call.body
        other_id = call.body["absent" if asks else "cover"]
        other = next(_person(one) for one in page.experts if one.entry_id == other_id)
        ends_on = date.fromisoformat(str(call.body["ends_on"]))
        earliest = firm_rules.first_day(today=self.time.date(), asks=asks)
        starts_on = date.fromisoformat(str(call.body.get("starts_on", earliest)))
        if problems := firm_rules.absence_problems(
            other=other.entry_id,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=str(call.body["reason"]),
            earliest=earliest,
        ):
            raise Refused("INVALID_INPUT", data={"errors": [{"field": one.field, "code": "X"} for one in problems]})
        if firm_rules.open_absence_of(page, entry_id=(other if asks else mine).entry_id):
            raise Refused("ABSENCE_DUPLICATE")
        return Absence(
            id=str(uuid.uuid4()),
            absent=other if asks else mine,
            cover=mine if asks else other,
            reason=str(call.body["reason"]),
            asked_at=self.time,
            starts_at=self.time + timedelta(hours=ABSENCE_WAIT_HOURS if asks else 0) + (starts_on - earliest),
            ends_on=ends_on,
            status=AbsenceStatus.WAITING if asks or starts_on > earliest else AbsenceStatus.ACTIVE,
            is_named=not asks,
        )


def _stopped(absence: Absence, how: str, *, entry_id: str) -> Absence:
    objects = how == "object"
    if not firm_rules.is_open(absence) or (objects and firm_rules.is_running(absence)):
        raise Refused("ABSENCE_WRONG_STATUS")
    may = firm_rules.may_object if objects else firm_rules.may_end
    if not may(absence, entry_id=entry_id):
        raise Refused("ABSENCE_NOT_YOURS")
    return replace(absence, status=AbsenceStatus.OBJECTED if objects else AbsenceStatus.ENDED)


def _without_member(page: FirmPage, account_id: str, *, on: str) -> FirmPage:
    if not any(one.account_id == account_id for one in page.members):
        raise Refused("NOT_FOUND")
    if on:
        leaving = date.fromisoformat(on)
        later = tuple(replace(one, leaves_on=leaving) if one.account_id == account_id else one for one in page.members)
        return replace(page, members=later)
    return replace(page, members=tuple(one for one in page.members if one.account_id != account_id))


def _with_member(page: FirmPage, account_id: str, *, on: str) -> FirmPage:
    assert not on
    if not any(one.account_id == account_id for one in page.members):
        raise Refused("NOT_FOUND")
    kept = tuple(replace(one, leaves_on=None) if one.account_id == account_id else one for one in page.members)
    return replace(page, members=kept)


def _person(expert: Expert) -> Person:
    return Person(expert.entry_id, expert.given_name, expert.surname)


def _account(login_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, login_id))


def _set(page: FirmPage, body: Mapping[str, Any], *, me: Me, now: datetime) -> FirmPage:
    """Set what the firm decides; without the second approver only when somebody else of the firm asks for it too."""
    usual = {} if body.get("templates", True) else {"templates": codec.write(TEMPLATES)}
    pending = page.pending("two_approvers")
    asked_by = "" if pending is None else pending.asked_by
    requested = body.get("two_approvers")
    rest = tuple(one for one in page.pending_settings if one.setting != "two_approvers" or requested is None)
    waits = page.two_approvers and requested is False and page.may_ask_two and asked_by in {"", me.account.account_id}
    changed = read_firm_page(codec.write(page) | dict(body) | usual)
    if not waits:
        return replace(changed, pending_settings=rest)
    mine = PendingSetting(
        setting="two_approvers",
        value=False,
        asked_by=me.account.account_id,
        asked_by_name=me.account.display_name,
        takes_effect_at=now + timedelta(hours=72),
    )
    return replace(changed, two_approvers=True, pending_settings=(*rest, pending or mine))
