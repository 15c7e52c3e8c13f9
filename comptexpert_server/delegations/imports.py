"""Grants from a CSV file: previewed line by line, then applied all together or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction
from pydantic import ValidationError

from comptexpert_server.delegations import requests, transitions
from comptexpert_server.delegations.grant_facts import FactsOfMany, parties_of
from comptexpert_server.delegations.schemas import DelegationIn, ImportLine, ImportOut
from comptexpert_server.delegations.serializers import delegation_out, delegations_out
from comptexpert_server.firms.selectors import granted_firms
from comptexpert_server.web.limits import Limit, consume_items
from comptexpert_server.web.problems import ProblemError, invalid, too_many

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.models import Delegation
    from comptexpert_server.sessions.step_up import SignedIn

COLUMNS = ("grantee", "service", "rights", "firm", "valid_from", "valid_until", "reason", "seen")
"""`rights` are codes separated by spaces, `firm` a SIREN that may be left out with one firm, dates ISO; `seen` as a
preview gave it for the line: when the line would give anything else by now, the file is refused."""
NEEDED = {"grantee", "service", "rights"}
MAX_LINES = 500
"""Of one call; a longer file comes in parts (`import_parts`)."""
SEEN_LETTERS = 16
PREVIEWED = Limit(name="previewed", count=6_000, window=timedelta(days=1))
"""Different people of previews: a file is corrected and shown again at no cost, and no directory is tried."""


def preview_grants(account: Account, *, raw: bytes, signed_in: SignedIn, now: datetime, today: date) -> ImportOut:
    """Tell by line what a file would grant; nothing is written, and no other writer waits."""
    rows = read_rows(raw)
    wait = consume_items(PREVIEWED, subject=str(account.pk), items=[row["grantee"] or "" for row in rows], now=now)
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)
    found, _facts = _plan(rows, account=account, signed_in=signed_in, now=now, today=today)
    return _out(_worded(found, today=today), applied=False)


def import_grants(
    account: Account, *, raws: Sequence[bytes], signed_in: SignedIn, now: datetime, today: date
) -> ImportOut:
    """Grant each line of these files, or tell by line why it cannot be; nothing is written of any with a fault.

    Everything is planned once no other writer can come between, compared with what the person saw, then written.
    """
    rows = [row for raw in raws for row in read_rows(raw)]
    if _refusal_of(account) is None:  # who may not grant holds up nobody
        transitions.lock_writer()
    found, facts = _plan(rows, account=account, signed_in=signed_in, now=now, today=today)
    with transaction.atomic():
        made = found
        if facts is not None and not any(one.problem for one in found):
            made = _carried_out(found, account=account, facts=facts, now=now)
        applied = not any(one.problem for one in made)
        if not applied:
            transaction.set_rollback(True)
    if len(raws) == 1:
        return _out(_worded(made, today=today), applied=applied)
    return _out([_answered(one) for one in made], applied=applied)


@dataclass(frozen=True, kw_only=True)
class _Line:
    """What a line comes to: a delegation, or a problem."""

    number: int
    seen: str = ""
    delegation: Delegation | None = None
    problem: ProblemError | None = None


def _plan(
    rows: list[dict[str, str]], *, account: Account, signed_in: SignedIn, now: datetime, today: date
) -> tuple[list[_Line], FactsOfMany | None]:
    """Plan the delegation of each line without writing, and return what it was planned with.

    Who may not grant gets no line looked at.
    """
    refusal = _refusal_of(account)
    if refusal is not None or account.entry is None:
        return [_Line(number=number, problem=refusal) for number, _row in enumerate(rows, start=2)], None
    sirens = {firm.siren: str(firm.pk) for firm in granted_firms(account)}
    asked = [_asked(row, sirens=sirens) for row in rows]
    named = {one.requested.grantee for one in asked if isinstance(one, _Asked) and "@" not in one.requested.grantee}
    facts = FactsOfMany(account=account, entry=account.entry, signed_in=signed_in, now=now, named=named)
    found: list[_Line] = []
    for number, one in enumerate(asked, start=2):
        if isinstance(one, ProblemError):
            found.append(_Line(number=number, problem=one))
        else:
            found.append(_planned(one, number=number, account=account, facts=facts, now=now, today=today))
    return found, facts


def _planned(asked: _Asked, *, number: int, account: Account, facts: FactsOfMany, now: datetime, today: date) -> _Line:
    """Plan one line, after those before it."""
    seen = ""
    try:
        made = requests.plan(account, requested=asked.requested, facts=facts, now=now, today=today, origin="import")
        seen = seen_as(made, requested=asked.requested)
        if asked.expected and asked.expected != seen:
            raise _changed(made, seen=seen, today=today)
    except ProblemError as problem:
        return _Line(number=number, seen=seen, problem=problem)
    facts.add(made)
    return _Line(number=number, seen=seen, delegation=made)


def seen_as(planned: Delegation, *, requested: DelegationIn) -> str:
    """Name in short what a line gives; what only the day of the call decides is left out."""
    facts = [
        *(str(one) for one in parties_of(planned)),
        *sorted(planned.rights),
        str(planned.status),
        str(planned.supersedes_id),
        str(requested.valid_from),
        str(requested.valid_until),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:SEEN_LETTERS]


def _changed(made: Delegation, *, seen: str, today: date) -> ProblemError:
    now_gives = delegation_out(made, today=today).model_dump(mode="json")
    return ProblemError(
        HTTPStatus.CONFLICT,
        "DEL_IMPORT_CHANGED",
        detail="This line no longer gives what the preview said.",
        members={"seen": seen, "now": now_gives},
    )


def _carried_out(lines: list[_Line], *, account: Account, facts: FactsOfMany, now: datetime) -> list[_Line]:
    """Write what lines were planned to give: those that meet nothing of before together, the others one by one."""
    planned = [line.delegation for line in lines if line.delegation is not None]
    try:
        requests.carry_out_many(account, planned=[one for one in planned if facts.is_first(one)], now=now)
    except ProblemError as problem:  # too many invitations
        return [
            replace(line, delegation=None, problem=problem)
            if line.delegation is not None and line.delegation.grantee is None
            else line
            for line in lines
        ]
    return [_made(line, account=account, facts=facts, now=now) for line in lines]


def _made(line: _Line, *, account: Account, facts: FactsOfMany, now: datetime) -> _Line:
    """Write what a line was planned to give, unless it was written with the others."""
    assert line.delegation is not None
    if facts.is_first(line.delegation):
        return line
    try:
        return replace(line, delegation=requests.carry_out(account, planned=line.delegation, now=now))
    except ProblemError as problem:
        return replace(line, delegation=None, problem=problem)


def _worded(lines: list[_Line], *, today: date) -> list[ImportLine]:
    """Word lines with what they give."""
    given = delegations_out([line.delegation for line in lines if line.delegation is not None], today=today)
    by_number = {one.id: one for one in given}
    return [
        _answered(line).model_copy(
            update={"delegation": None if line.delegation is None else by_number[line.delegation.pk]}
        )
        for line in lines
    ]


def _answered(line: _Line) -> ImportLine:
    """Word a line without what it gives: of a long import, the next synchronisation brings it."""
    if line.problem is None:
        return ImportLine(line=line.number, seen=line.seen)
    return ImportLine(line=line.number, seen=line.seen, code=line.problem.code, problem=line.problem.document())


def _out(lines: list[ImportLine], *, applied: bool) -> ImportOut:
    refused = sum(1 for line in lines if line.code)
    return ImportOut(applied=applied, accepted=len(lines) - refused, refused=refused, lines=lines)


def _refusal_of(account: Account) -> ProblemError | None:
    try:
        requests.check_may_grant(account)
    except ProblemError as refusal:
        return refusal
    return None


def read_rows(raw: bytes) -> list[dict[str, str]]:
    """Read the lines of a file; refuse what is no import as a whole."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid(file="NOT_UTF8") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", restval="")
    columns = [name.strip() for name in reader.fieldnames or ()]
    if not set(columns) >= NEEDED or not set(columns) <= set(COLUMNS) or len(columns) != len(set(columns)):
        raise invalid(file="COLUMNS")
    reader.fieldnames = columns
    try:
        rows = [row for row in reader if any(row.values())]
    except csv.Error:
        raise invalid(file="CSV") from None
    if not rows or len(rows) > MAX_LINES:
        raise invalid(file="EMPTY" if not rows else "TOO_LONG")
    return rows


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a line asks, and what its preview was."""

    requested: DelegationIn
    expected: str


def _asked(row: dict[str, str], *, sirens: dict[str, str]) -> _Asked | ProblemError:
    """Read what a line asks, or what is wrong with it."""
    try:
        return _read(row, sirens=sirens)
    except ProblemError as problem:
        return problem


def _read(row: dict[str, str], *, sirens: dict[str, str]) -> _Asked:
    if None in row:  # more cells than columns
        raise invalid(line="TOO_MANY_CELLS")
    given = {name: value.strip() for name, value in row.items() if value.strip()}
    seen = given.pop("seen", "")
    siren = given.pop("firm", "").replace(" ", "")
    if siren and siren not in sirens:
        raise ProblemError(422, "DEL_WRONG_FIRM", detail="You do not grant for this firm.")
    firm = {"firm": sirens[siren]} if siren else {}
    try:
        requested = DelegationIn.model_validate({**given, **firm, "rights": given.get("rights", "").split()})
    except ValidationError as error:
        faults = {str(fault["loc"][0]): str(fault["type"]).upper() for fault in error.errors()}
        raise invalid(**faults) from None
    return _Asked(requested=requested, expected=seen)
