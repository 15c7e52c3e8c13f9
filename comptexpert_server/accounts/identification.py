"""Who a visitor says to be: the date-of-birth check, its limits, and refusals said only after it matched."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import PROPOSED, Account
from comptexpert_server.base.typed_values import clean_number
from comptexpert_server.registry import closed_lists
from comptexpert_server.registry.models import EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import list_of
from comptexpert_server.registry.selectors import council
from comptexpert_server.web.limits import Limit, consume, give_back
from comptexpert_server.web.problems import ProblemError, too_many

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.base.birth import Birth
    from comptexpert_server.web.codes import RefusalCode

PER_ENTRY = Limit(name="birth-entry", count=5, window=timedelta(hours=24))
PER_ADDRESS = Limit(name="birth-address", count=60, window=timedelta(hours=1), by_address=True)
IDENTITY_CODES = frozenset(
    ["REG_DOB_MISMATCH", "REG_NO_EMAIL", "REG_ALREADY_BOUND", "REG_STRUCK_OFF", "REG_PROFILE_MISMATCH"]
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a visitor says, and from where."""

    profile: str
    entry_id: UUID | None
    registration_number: str
    birth: Birth
    address: str


def identify(claim: Claim, *, now: datetime) -> RegistryEntry | ProblemError:
    """Give the entry of a visitor who may have an account made, or the refusal; the failed try is kept."""
    entry = _find(claim)
    if isinstance(entry, ProblemError):
        return entry
    wait = consume(PER_ADDRESS, subject=claim.address, now=now)
    wait = wait or consume(PER_ENTRY, subject=str(entry.id), now=now)
    if wait:
        problem = too_many("REG_TOO_MANY_TRIES", retry_after=wait)
        problem.members["council"] = contact_of(entry)
        return problem
    is_same = _same(entry.birth, claim.birth.text)
    counted_at = now if is_same else now - PER_ENTRY.window  # a failed try stays counted, in the same time
    give_back((PER_ADDRESS, claim.address), (PER_ENTRY, str(entry.id)), now=counted_at)
    if not is_same:
        _tell_holder(entry, now=now)
        return _refuse("REG_DOB_MISMATCH", entry=entry)
    closed_lists.give_back(entry, address=claim.address)
    return _refusal_of(entry, profile=claim.profile) or entry


def contact_of(entry: RegistryEntry) -> dict[str, str] | None:
    """Give the council that alone can correct the entry."""
    found = council(entry.council)
    return None if found is None else {name: found[name] for name in ("code", "name", "email", "phone", "site")}


def _find(claim: Claim) -> RegistryEntry | ProblemError:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if claim.entry_id is not None:
        entry = RegistryEntry.objects.filter(pk=claim.entry_id).first()
        return entry or ProblemError(status, "REG_NO_MATCH", detail="No entry has this id.")
    number = clean_number(claim.registration_number)
    entry = RegistryEntry.objects.filter(registration_number=number).first() if number else None
    return entry or ProblemError(status, "REG_NUMBER_UNKNOWN", detail="No entry has this number.")


def _tell_holder(entry: RegistryEntry, *, now: datetime) -> None:
    """Write to the holder; without address do the same work and undo it, so that the time does not tell which."""
    with transaction.atomic():
        mails.send_failed_check(entry, to=entry.email or "nobody@nowhere.example", when=now)
        if not entry.email:
            transaction.set_rollback(True)


def _refusal_of(entry: RegistryEntry, *, profile: str) -> ProblemError | None:
    """Give why an entry whose date of birth matched gets no account."""
    if entry.status != EntryStatus.ACTIVE:
        return _refuse("REG_STRUCK_OFF", entry=entry)
    if entry.list != list_of(profile):
        return _refuse("REG_PROFILE_MISMATCH", entry=entry, list=entry.list)
    if Account.objects.filter(entry=entry).exclude(PROPOSED).exists():
        return _refuse("REG_ALREADY_BOUND", entry=entry, status=HTTPStatus.CONFLICT)
    if not entry.email:
        return _refuse("REG_NO_EMAIL", entry=entry)
    return None


def _refuse(
    code: RefusalCode, *, entry: RegistryEntry, status: int = HTTPStatus.UNPROCESSABLE_ENTITY, **members: object
) -> ProblemError:
    return ProblemError(status, code, members={"council": contact_of(entry), **members})


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
