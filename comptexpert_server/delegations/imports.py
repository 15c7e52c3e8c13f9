"""Grants from a CSV file: previewed line by line, then applied all together or not at all."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from pydantic import ValidationError

from comptexpert_server.delegations import requests
from comptexpert_server.delegations.schemas import DelegationIn, ImportLine, ImportOut
from comptexpert_server.delegations.serializers import delegation_out
from comptexpert_server.firms.selectors import granted_firms
from comptexpert_server.web.limits import Limit, consume_items
from comptexpert_server.web.problems import ProblemError, invalid, too_many

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.models import Delegation
    from comptexpert_server.sessions.step_up import SignedIn

COLUMNS = ("grantee", "service", "rights", "firm", "valid_from", "valid_until", "reason")
"""`rights` are codes separated by spaces, `firm` a SIREN that may be left out with one firm, dates ISO."""
NEEDED = {"grantee", "service", "rights"}
MAX_LINES = 500
"""Of one call, all or nothing: a longer file comes in several."""
PREVIEWED = Limit(name="previewed", count=6_000, window=timedelta(days=1))
"""Different people of previews: a file is corrected and shown again at no cost, and no directory is tried."""


def preview_grants(account: Account, *, raw: bytes, signed_in: SignedIn, now: datetime, today: date) -> ImportOut:
    """Tell by line what a file would grant; nothing is written, and no other writer waits."""
    rows = _read(raw)
    wait = consume_items(PREVIEWED, subject=str(account.pk), items=[row["grantee"] or "" for row in rows], now=now)
    if wait:
        raise too_many("TOO_MANY_REQUESTS", retry_after=wait)
    sirens = {firm.siren: str(firm.pk) for firm in granted_firms(account)}
    planned: list[Delegation] = []

    def plan(row: dict[str, str]) -> Delegation:
        requested = _requested(row, sirens=sirens)
        made = requests.plan(
            account, requested=requested, signed_in=signed_in, now=now, today=today, origin="import", before=planned
        )
        planned.append(made)
        return made

    return _preview(rows, account=account, make=plan, today=today)


def import_grants(account: Account, *, raw: bytes, signed_in: SignedIn, now: datetime, today: date) -> ImportOut:
    """Grant each line, or tell by line why it cannot be; nothing is written of a file with a fault."""
    rows = _read(raw)
    sirens = {firm.siren: str(firm.pk) for firm in granted_firms(account)}

    def begin(row: dict[str, str]) -> Delegation:
        with transaction.atomic():
            requested = _requested(row, sirens=sirens)
            return requests.begin(
                account, requested=requested, signed_in=signed_in, now=now, today=today, origin="import"
            )

    with transaction.atomic():
        preview = _preview(rows, account=account, make=begin, today=today)
        if preview.refused:
            transaction.set_rollback(True)
    return preview.model_copy(update={"applied": not preview.refused})


def _preview(
    rows: list[dict[str, str]],
    *,
    account: Account,
    make: Callable[[dict[str, str]], Delegation],
    today: date,
) -> ImportOut:
    """Make the delegation of each line, and word the lines; who may not grant gets no line looked at."""
    refusal = _refusal_of(account)
    lines: list[ImportLine] = []
    for number, row in enumerate(rows, start=2):
        try:
            if refusal is not None:
                raise refusal
            made = make(row)
        except ProblemError as problem:
            lines.append(ImportLine(line=number, code=problem.code, problem=problem.document()))
        else:
            lines.append(ImportLine(line=number, delegation=delegation_out(made, today=today)))
    refused = sum(1 for line in lines if line.code)
    return ImportOut(applied=False, accepted=len(lines) - refused, refused=refused, lines=lines)


def _refusal_of(account: Account) -> ProblemError | None:
    try:
        requests.check_may_grant(account)
    except ProblemError as refusal:
        return refusal
    return None


def _read(raw: bytes) -> list[dict[str, str]]:
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


def _requested(row: dict[str, str], *, sirens: dict[str, str]) -> DelegationIn:
    if None in row:  # more cells than columns
        raise invalid(line="TOO_MANY_CELLS")
    given = {name: value.strip() for name, value in row.items() if value.strip()}
    siren = given.pop("firm", "").replace(" ", "")
    if siren and siren not in sirens:
        raise ProblemError(422, "DEL_WRONG_FIRM", detail="You do not grant for this firm.")
    firm = {"firm": sirens[siren]} if siren else {}
    try:
        return DelegationIn.model_validate({**given, **firm, "rights": given.get("rights", "").split()})
    except ValidationError as error:
        faults = {str(fault["loc"][0]): str(fault["type"]).upper() for fault in error.errors()}
        raise invalid(**faults) from None
