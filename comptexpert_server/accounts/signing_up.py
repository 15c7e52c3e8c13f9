"""The sign-up flows: from a body to an account that waits for its activation."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from comptexpert_server.accounts import services
from comptexpert_server.accounts.identifiant import clean_login_id, is_taken, mask_email, suggestions
from comptexpert_server.accounts.identification import IDENTITY_CODES, Claim, identify
from comptexpert_server.accounts.models import Account
from comptexpert_server.accounts.schemas import SignupOut
from comptexpert_server.config.clock import today
from comptexpert_server.config.problems import ProblemError, invalid
from comptexpert_server.inbox.services import Answer
from comptexpert_server.registry.lines import OLDEST, has_invisible, is_siren
from comptexpert_server.registry.profiles import AGC_HEAD, LISTS, OTHER, OTHER_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.schemas import SignupIn


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Who will get the account: None when nobody may know that nothing will be activated."""

    account: Account | None
    email: str
    given_name: str
    surname: str
    shown_email: str


def sign_up(body: SignupIn, *, address: str, now: datetime) -> Answer | ProblemError:
    """Make the account and queue its mail, or give the refusal."""
    faults = body_faults(body)
    if faults:
        raise invalid(**faults)
    wishes = [clean_login_id(wish) for wish in (body.login_id, *(body.alternates or []))]
    if None in wishes:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "ID_INVALID", detail="Not an identifiant.")
    candidate = _member(body, address=address, now=now) if is_in_registry(body) else _other(body)
    if isinstance(candidate, ProblemError):
        return candidate
    login_id = next((wish for wish in wishes if wish and not is_taken(wish)), None)
    if login_id is None:
        free = suggestions(str(wishes[0]), given_name=candidate.given_name, surname=candidate.surname)
        return ProblemError(HTTPStatus.CONFLICT, "ID_TAKEN", members={"suggestions": free})
    try:
        with transaction.atomic():
            signup, claim = services.create_signup(
                candidate.account, login_id=login_id, email=candidate.email, form=_form(body), now=now
            )
    except IntegrityError:  # another request was quicker, by the entry or by the identifiant
        bound = candidate.account is not None and Account.objects.filter(entry=candidate.account.entry).exists()
        return ProblemError(HTTPStatus.CONFLICT, "REG_ALREADY_BOUND" if bound else "ID_TAKEN")
    answer = SignupOut(
        id=signup.id, status="activation_sent", login_id=login_id, masked_email=candidate.shown_email, claim=claim
    )
    return Answer(status=HTTPStatus.ACCEPTED, body=answer)


def is_in_registry(body: SignupIn) -> bool:
    """Tell whether the person is looked for on the registry (flow A, and flow B for an expert-comptable)."""
    return body.profile in LISTS or (body.profile == AGC_HEAD and bool(body.entry_id or body.registration_number))


def body_faults(body: SignupIn) -> dict[str, str]:
    """Give what is missing or wrong, by member."""
    if body.profile not in (*LISTS, AGC_HEAD, OTHER):
        return {"profile": "UNKNOWN"}
    if is_in_registry(body):
        faults = _date_faults(body)
        if not (body.entry_id or body.registration_number):
            faults["entry_id"] = "REG_NOT_SELECTED"
        return faults
    needed = {"email": body.email, "given_name": body.given_name, "surname": body.surname}
    faults = {name: "MISSING" for name, value in needed.items() if not value}
    if body.email and not is_email(body.email):
        faults["email"] = "INVALID"
    if body.profile == OTHER and body.kind not in OTHER_KINDS:
        faults["kind"] = "UNKNOWN"
    if body.profile == AGC_HEAD and body.agc is None:
        faults["agc"] = "MISSING"
    if body.agc is not None and not is_siren(body.agc.siren):
        faults["agc.siren"] = "INVALID"
    shown = {"given_name": body.given_name, "surname": body.surname, "agc.name": body.agc.name if body.agc else None}
    return faults | {name: "CONTROL" for name, text in shown.items() if has_invisible(text or "")}


def _date_faults(body: SignupIn) -> dict[str, str]:
    """Refuse what is nobody's date of birth before it is counted as a try."""
    if body.date_of_birth is None:
        return {"date_of_birth": "MISSING"}
    return {} if OLDEST <= body.date_of_birth <= today() else {"date_of_birth": "INVALID"}


def is_email(text: str) -> bool:
    """Tell whether a mail can be sent to this address: ASCII, one line."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def _member(body: SignupIn, *, address: str, now: datetime) -> Candidate | ProblemError:
    assert body.date_of_birth is not None
    claim = Claim(
        profile=body.profile,
        entry_id=body.entry_id,
        registration_number=body.registration_number or "",
        date_of_birth=body.date_of_birth,
        address=address,
    )
    found = identify(claim, now=now)
    neutral = settings.NEUTRAL_IDENTIFICATION
    if isinstance(found, ProblemError):
        if neutral and found.code in IDENTITY_CODES:
            return Candidate(account=None, email="", given_name="", surname="", shown_email="")
        return found
    account = services.new_member(found, profile=body.profile)
    return Candidate(
        account=account,
        email=account.email,
        given_name="" if neutral else found.given_name,
        surname="" if neutral else found.surname,
        shown_email="" if neutral else mask_email(account.email),
    )


def _other(body: SignupIn) -> Candidate:
    """Prepare an account outside the registry; an address already used is answered alike, and its owner told."""
    email = str(body.email).lower()
    given_name, surname = body.given_name or "", body.surname or ""
    account: Account | None = Account(
        email=email,
        given_name=given_name,
        surname=surname,
        profile=body.profile,
        kind=(body.kind or "") if body.profile == OTHER else "",
    )
    if Account.objects.filter(email=email).exists():
        account = None
    return Candidate(
        account=account, email=email, given_name=given_name, surname=surname, shown_email=mask_email(email)
    )


def _form(body: SignupIn) -> dict[str, str]:
    said = {
        "firm_hint": body.firm_hint,
        "grantor_entry_id": str(body.grantor_entry_id) if body.grantor_entry_id else None,
        "agc_name": body.agc.name if body.agc else None,
        "agc_siren": "".join(body.agc.siren.split()) if body.agc else None,
    }
    return {name: value for name, value in said.items() if value}
