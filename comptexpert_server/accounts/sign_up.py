"""The sign-up flows: from a body to an account that waits for its activation."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from comptexpert_server.accounts import services
from comptexpert_server.accounts.identification import IDENTITY_CODES, Claim, identify
from comptexpert_server.accounts.login_id import is_taken, mask_email, suggestions
from comptexpert_server.accounts.models import PROPOSED, Account, Signup
from comptexpert_server.accounts.schemas import SignupOut
from comptexpert_server.base.birth import is_possible, read_birth
from comptexpert_server.base.clock import today
from comptexpert_server.base.text_rules import label_fault, name_fault
from comptexpert_server.base.typed_values import clean_email, clean_login_id, clean_siren
from comptexpert_server.inbox.services import Answer
from comptexpert_server.registry.profiles import AGC_HEAD, LISTS, OTHER, OTHER_KINDS
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.schemas import SignupIn


TRIES = 3
"""How often a sign-up is tried again that another one of the same person overtook."""


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
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                replaced = services.proposed(candidate.account)
                login_id = next((wish for wish in wishes if wish and not is_taken(wish, besides=replaced)), None)
                if login_id is None:
                    free = suggestions(str(wishes[0]), given_name=candidate.given_name, surname=candidate.surname)
                    return ProblemError(HTTPStatus.CONFLICT, "ID_TAKEN", members={"suggestions": free})
                signup, claim = services.create_signup(
                    candidate.account, login_id=login_id, email=candidate.email, form=_form(body), now=now
                )
        except IntegrityError:  # another request was quicker, by the entry or by the identifiant
            entry = None if candidate.account is None else candidate.account.entry
            if entry is not None and Account.objects.filter(entry=entry).exclude(PROPOSED).exists():
                return ProblemError(HTTPStatus.CONFLICT, "REG_ALREADY_BOUND")
        else:
            return _accepted(signup, claim=claim, shown_email=candidate.shown_email)
    return ProblemError(HTTPStatus.CONFLICT, "ID_TAKEN")


def _accepted(signup: Signup, *, claim: str, shown_email: str) -> Answer:
    answer = SignupOut(
        id=signup.id, status="activation_sent", login_id=signup.login_id, masked_email=shown_email, claim=claim
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
        return faults | _hint_faults(body)
    needed = {"email": body.email, "given_name": body.given_name, "surname": body.surname}
    faults = {name: "MISSING" for name, value in needed.items() if not value}
    if body.email and clean_email(body.email) is None:
        faults["email"] = "INVALID"
    if body.profile == OTHER and body.kind not in OTHER_KINDS:
        faults["kind"] = "UNKNOWN"
    if body.profile == AGC_HEAD and body.agc is None:
        faults["agc"] = "MISSING"
    if body.agc is not None and clean_siren(body.agc.siren) is None:
        faults["agc.siren"] = "INVALID"
    return _name_faults(body) | _hint_faults(body) | faults


def _hint_faults(body: SignupIn) -> dict[str, str]:
    """Return what is wrong with the cabinet that somebody typed."""
    code = label_fault(body.firm_hint or "")
    return {"firm_hint": code} if code else {}


def _name_faults(body: SignupIn) -> dict[str, str]:
    """Return what is wrong with the names that somebody typed: nobody has checked them yet."""
    found = {
        "given_name": name_fault(body.given_name or ""),
        "surname": name_fault(body.surname or ""),
        "agc.name": label_fault(body.agc.name if body.agc else ""),
    }
    return {name: code for name, code in found.items() if code}


def _date_faults(body: SignupIn) -> dict[str, str]:
    """Refuse what is nobody's date of birth before it is counted as a try."""
    if body.date_of_birth is None:
        return {"date_of_birth": "MISSING"}
    birth = read_birth(body.date_of_birth)
    return {} if birth is not None and is_possible(birth, today=today) else {"date_of_birth": "INVALID"}


def _member(body: SignupIn, *, address: str, now: datetime) -> Candidate | ProblemError:
    birth = read_birth(body.date_of_birth or "")
    assert birth is not None
    claim = Claim(
        profile=body.profile,
        entry_id=body.entry_id,
        registration_number=body.registration_number or "",
        birth=birth,
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
    email = clean_email(body.email or "") or ""
    given_name, surname = body.given_name or "", body.surname or ""
    account: Account | None = Account(
        email=email,
        said_given_name=given_name,
        said_surname=surname,
        said_profile=body.profile,
        kind=(body.kind or "") if body.profile == OTHER else "",
    )
    if Account.objects.filter(email=email).exclude(PROPOSED, entry=None).exists():
        account = None
    return Candidate(
        account=account, email=email, given_name=given_name, surname=surname, shown_email=mask_email(email)
    )


def _form(body: SignupIn) -> dict[str, str]:
    said = {
        "firm_hint": body.firm_hint,
        "grantor_entry_id": str(body.grantor_entry_id) if body.grantor_entry_id else None,
        "agc_name": body.agc.name if body.agc else None,
        "agc_siren": clean_siren(body.agc.siren) if body.agc else None,
    }
    return {name: value for name, value in said.items() if value}
