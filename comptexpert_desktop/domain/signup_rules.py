"""What must hold before a sign-up may be queued, and the document that it becomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.names import clean_number
from comptexpert_desktop.domain.profile import Flow, OtherKind, flow_of
from comptexpert_desktop.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from comptexpert_desktop.domain.signup import FirstRequest, SignupDraft

SHORTEST_REASON = 10
MOST_ALTERNATES = 2
USUAL_NUMBER_LENGTH = 12
OLDEST_BIRTH_YEAR = 1900

_LOGIN_ID = re.compile(r"[a-z][a-z0-9._-]{5,31}")
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[^@\s.<>]+(\.[^@\s.<>]+)+")
_SIREN_LENGTH = 9


def is_login_id(text: str) -> bool:
    """Tell whether the server would accept the form of this identifiant."""
    return _LOGIN_ID.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Tell whether this looks like an address; the activation mail is the real proof."""
    longest = 254
    return len(text) <= longest and _EMAIL.fullmatch(text) is not None


def is_siren(text: str) -> bool:
    """Tell whether these are the nine digits of a SIREN, by its Luhn key."""
    digits = re.sub(r"\s", "", text)
    if len(digits) != _SIREN_LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004  (the Luhn key adds digits)
    return total % 10 == 0


def is_unusual_number(text: str) -> bool:
    """Tell whether a registration number deserves a warning (never a refusal)."""
    cleaned = clean_number(text)
    return bool(cleaned) and not (cleaned.isdigit() and len(cleaned) == USUAL_NUMBER_LENGTH)


def problems(draft: SignupDraft, *, today: date) -> tuple[Problem, ...]:
    """List what keeps this draft from being sent, in the order of the screens."""
    if draft.profile is None:
        return (Problem("profile", "FIELD_REQUIRED"),)
    flow = flow_of(draft.profile)
    found: list[Problem] = []
    if flow is Flow.AGC_HEAD and draft.also_expert is None:
        found.append(Problem("also_expert", "FIELD_REQUIRED"))
    elif flow is Flow.REGISTRY or (flow is Flow.AGC_HEAD and draft.also_expert):
        found.extend(_registry_problems(draft, today=today))
    else:
        found.extend(_person_problems(draft))
    found.extend(_login_problems(draft))
    found.extend(_request_problems(draft.first_requests))
    return tuple(found)


def _registry_problems(draft: SignupDraft, *, today: date) -> Iterator[Problem]:
    if draft.entry is None and not clean_number(draft.registration_number):
        yield Problem("entry", "REG_NOT_SELECTED")
    born = draft.date_of_birth
    if born is None:
        yield Problem("date_of_birth", "FIELD_REQUIRED")
    elif born >= today or born.year < OLDEST_BIRTH_YEAR:
        yield Problem("date_of_birth", "DATE_INVALID")


def _person_problems(draft: SignupDraft) -> Iterator[Problem]:
    if not draft.email.strip():
        yield Problem("email", "FIELD_REQUIRED")
    elif not is_email(draft.email.strip()):
        yield Problem("email", "EMAIL_INVALID")
    if draft.profile is not None and flow_of(draft.profile) is Flow.OTHER and draft.kind is None:
        yield Problem("kind", "FIELD_REQUIRED")
    if not draft.given_name.strip():
        yield Problem("given_name", "FIELD_REQUIRED")
    if not draft.surname.strip():
        yield Problem("surname", "FIELD_REQUIRED")
    if draft.profile is not None and flow_of(draft.profile) is Flow.AGC_HEAD:
        if not draft.agc_name.strip():
            yield Problem("agc_name", "FIELD_REQUIRED")
        if not is_siren(draft.agc_siren):
            yield Problem("agc_siren", "SIREN_INVALID")
    if draft.first_requests and draft.grantor is None:
        yield Problem("grantor", "REG_NOT_SELECTED")


def _login_problems(draft: SignupDraft) -> Iterator[Problem]:
    if not draft.login_id:
        yield Problem("login_id", "FIELD_REQUIRED")
    elif not is_login_id(draft.login_id):
        yield Problem("login_id", "ID_INVALID")
    elif draft.login_id != draft.login_id_again:
        yield Problem("login_id_again", "ID_DIFFERS")
    given = [alternate for alternate in draft.alternates if alternate]
    if len(given) > MOST_ALTERNATES or not all(is_login_id(alternate) for alternate in given):
        yield Problem("alternates", "ID_INVALID")
    elif len({draft.login_id, *given}) != len(given) + 1:
        yield Problem("alternates", "ID_REPEATED")


def _request_problems(requests: tuple[FirstRequest, ...]) -> Iterator[Problem]:
    for request in requests:
        if not request.service or not request.rights:
            yield Problem("first_requests", "FIELD_REQUIRED")
        if len(request.reason.strip()) < SHORTEST_REASON:
            yield Problem("first_requests", "REASON_TOO_SHORT")


def body(draft: SignupDraft) -> dict[str, object]:
    """Write the document of `POST /signups`: what the flow needs, and nothing else that was typed."""
    if draft.profile is None:
        return {}
    flow = flow_of(draft.profile)
    document: dict[str, object] = {"profile": draft.profile.value, "login_id": draft.login_id}
    if flow is Flow.REGISTRY or (flow is Flow.AGC_HEAD and draft.also_expert):
        document |= _registry_body(draft)
    else:
        document |= _person_body(draft, flow=flow)
    alternates = [alternate for alternate in draft.alternates if alternate]
    if alternates:
        document["alternates"] = alternates
    return document


def _registry_body(draft: SignupDraft) -> dict[str, object]:
    document: dict[str, object] = {}
    if draft.entry is not None:
        document["entry_id"] = draft.entry.entry_id
    else:
        document["registration_number"] = clean_number(draft.registration_number)
    if draft.date_of_birth is not None:
        document["date_of_birth"] = draft.date_of_birth.isoformat()
    return document


def _person_body(draft: SignupDraft, *, flow: Flow) -> dict[str, object]:
    document: dict[str, object] = {
        "email": draft.email.strip(),
        "given_name": draft.given_name.strip(),
        "surname": draft.surname.strip(),
    }
    if flow is Flow.AGC_HEAD:
        siren = re.sub(r"\s", "", draft.agc_siren)
        return document | {"agc": {"name": draft.agc_name.strip(), "siren": siren}}
    if draft.kind is not None:
        document["kind"] = draft.kind.value
    if draft.kind is OtherKind.FIRM_STAFF:
        if draft.firm_hint.strip():
            document["firm_hint"] = draft.firm_hint.strip()
        if draft.grantor is not None:
            document["grantor_entry_id"] = draft.grantor.entry_id
    return document


def display_name(draft: SignupDraft) -> str:
    """Name the person whom the draft is about, or the identifiant chosen."""
    given, surname = draft.given_name.strip(), draft.surname.strip()
    if draft.entry is not None:
        given, surname = draft.entry.given_name, draft.entry.surname
    return f"{given} {surname.upper()}".strip() or draft.login_id or draft.registration_number
