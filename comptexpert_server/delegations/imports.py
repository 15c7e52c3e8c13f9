"""Grants from a CSV file: previewed line by line, then applied all together or not at all."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.db import transaction
from pydantic import ValidationError

from comptexpert_server.config.problems import ProblemError, invalid
from comptexpert_server.delegations import requests
from comptexpert_server.delegations.present import delegation_out
from comptexpert_server.delegations.schemas import DelegationIn, ImportLine, ImportOut
from comptexpert_server.firms.selectors import granted_firms

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.strength import SignedIn

COLUMNS = ("grantee", "service", "rights", "firm", "valid_from", "valid_until", "reason")
"""`rights` are codes separated by spaces, `firm` a SIREN that may be left out with one firm, dates ISO."""
NEEDED = {"grantee", "service", "rights"}
MOST_LINES = 500


def import_grants(
    account: Account, *, raw: bytes, dry_run: bool, signed_in: SignedIn, now: datetime, today: date
) -> ImportOut:
    """Grant each line, or tell by line why it cannot be; nothing is kept of a dry run or of a file with a fault."""
    rows = _read(raw)
    sirens = {firm.siren: str(firm.pk) for firm in granted_firms(account)}
    lines: list[ImportLine] = []
    with transaction.atomic():
        for number, row in enumerate(rows, start=2):
            try:
                with transaction.atomic():
                    wanted = _wanted(row, sirens=sirens)
                    made = requests.begin(
                        account, wanted=wanted, signed_in=signed_in, now=now, today=today, origin="import"
                    )
            except ProblemError as problem:
                lines.append(ImportLine(line=number, code=problem.code, problem=problem.document()))
            else:
                lines.append(ImportLine(line=number, delegation=delegation_out(made, today=today)))
        refused = sum(1 for line in lines if line.code)
        applied = not dry_run and not refused
        if not applied:
            transaction.set_rollback(True)
    return ImportOut(applied=applied, accepted=len(lines) - refused, refused=refused, lines=lines)


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
    if not rows or len(rows) > MOST_LINES:
        raise invalid(file="EMPTY" if not rows else "TOO_LONG")
    return rows


def _wanted(row: dict[str, str], *, sirens: dict[str, str]) -> DelegationIn:
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
