"""What must hold before a sign-up may be queued, and the document that it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.commands import Agc, SignUp
from comptexpert_desktop.domain.profile import Flow, OtherKind, flow_of
from comptexpert_desktop.domain.signup import SignupDraft
from comptexpert_desktop.domain.typed_values import (
    clean_email,
    clean_login_id,
    clean_name,
    clean_note,
    clean_number,
    clean_siren,
    without_invisible,
)
from comptexpert_desktop.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from comptexpert_desktop.domain.signup import FirstRequest

MIN_REASON = 10
MAX_ALTERNATES = 2
USUAL_NUMBER_LENGTH = 12
OLDEST_BIRTH_YEAR = 1900


def is_login_id(text: str) -> bool:
    """Tell whether the server would accept the form of this identifiant."""
    return clean_login_id(text) is not None


def is_reason(text: str) -> bool:
    """Tell whether somebody reads why in this text: ten letters or more, and no more than are kept."""
    return len(clean_note(text) or "") >= MIN_REASON


def is_birth_date(day: date, *, today: date) -> bool:
    """Tell whether somebody alive may be born on this day."""
    return day < today and day.year >= OLDEST_BIRTH_YEAR


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
    elif not is_birth_date(born, today=today):
        yield Problem("date_of_birth", "DATE_INVALID")


def _person_problems(draft: SignupDraft) -> Iterator[Problem]:
    if not draft.email.strip():
        yield Problem("email", "FIELD_REQUIRED")
    elif clean_email(draft.email) is None:
        yield Problem("email", "EMAIL_INVALID")
    if draft.profile is not None and flow_of(draft.profile) is Flow.OTHER and draft.kind is None:
        yield Problem("kind", "FIELD_REQUIRED")
    yield from _name_problems(draft)
    if draft.profile is not None and flow_of(draft.profile) is Flow.AGC_HEAD:
        if not draft.agc_name.strip():
            yield Problem("agc_name", "FIELD_REQUIRED")
        if clean_siren(draft.agc_siren) is None:
            yield Problem("agc_siren", "SIREN_INVALID")
    if draft.first_requests and draft.grantor is None:
        yield Problem("grantor", "REG_NOT_SELECTED")


def _name_problems(draft: SignupDraft) -> Iterator[Problem]:
    for field, typed in (("given_name", draft.given_name), ("surname", draft.surname)):
        if clean_name(typed) is None:
            yield Problem(field, "NAME_INVALID" if without_invisible(typed) else "FIELD_REQUIRED")


def _login_problems(draft: SignupDraft) -> Iterator[Problem]:
    if not draft.login_id:
        yield Problem("login_id", "FIELD_REQUIRED")
    elif not is_login_id(draft.login_id):
        yield Problem("login_id", "ID_INVALID")
    elif clean_login_id(draft.login_id) != clean_login_id(draft.login_id_again):
        yield Problem("login_id_again", "ID_DIFFERS")
    given = [clean_login_id(alternate) or alternate for alternate in draft.alternates if alternate]
    if len(given) > MAX_ALTERNATES or not all(is_login_id(alternate) for alternate in given):
        yield Problem("alternates", "ID_INVALID")
    elif len({clean_login_id(draft.login_id), *given}) != len(given) + 1:
        yield Problem("alternates", "ID_REPEATED")


def _request_problems(requests: tuple[FirstRequest, ...]) -> Iterator[Problem]:
    for request in requests:
        if not request.service or not request.rights:
            yield Problem("first_requests", "FIELD_REQUIRED")
        if not is_reason(request.reason):
            yield Problem("first_requests", "REASON_TOO_SHORT")


def sign_up(draft: SignupDraft) -> SignUp:
    """Make the command of a form: what the flow needs, and nothing else that was typed."""
    if draft.profile is None:
        raise InvalidInput([Problem("profile", "FIELD_REQUIRED")])
    flow = flow_of(draft.profile)
    if flow is Flow.REGISTRY or (flow is Flow.AGC_HEAD and draft.also_expert):
        who = _of_the_registry(draft)
    else:
        who = _of_a_person(draft, flow=flow)
    return SignUp(
        profile=draft.profile.value,
        login_id=clean_login_id(draft.login_id) or draft.login_id,
        alternates=tuple(clean_login_id(alternate) or alternate for alternate in draft.alternates if alternate),
        form=draft,
        first_requests=draft.first_requests if draft.grantor is not None else (),
        **who,
    )


def _of_the_registry(draft: SignupDraft) -> dict[str, Any]:
    if draft.entry is not None:
        return {"entry_id": draft.entry.entry_id, "date_of_birth": draft.date_of_birth}
    return {
        "registration_number": clean_number(draft.registration_number),
        "date_of_birth": draft.date_of_birth,
    }


def _of_a_person(draft: SignupDraft, *, flow: Flow) -> dict[str, Any]:
    person: dict[str, Any] = {
        "email": clean_email(draft.email) or draft.email.strip(),
        "given_name": clean_name(draft.given_name) or draft.given_name.strip(),
        "surname": clean_name(draft.surname) or draft.surname.strip(),
    }
    if flow is Flow.AGC_HEAD:
        siren = clean_siren(draft.agc_siren) or draft.agc_siren.strip()
        return person | {"agc": Agc(draft.agc_name.strip(), siren)}
    if draft.kind is not None:
        person["kind"] = draft.kind.value
    if draft.kind is OtherKind.FIRM_STAFF:
        person["firm_hint"] = draft.firm_hint.strip()
        person["grantor_entry_id"] = draft.grantor.entry_id if draft.grantor is not None else ""
    return person


def taken(command: SignUp) -> SignUp:
    """Keep of a sign-up that the server took what still has to leave, and public choices should the server forget it.

    The date of birth, the address and the names go.
    """
    form = command.form
    kept = None
    if form is not None:
        kept = SignupDraft(
            id=form.id,
            profile=form.profile,
            kind=form.kind,
            entry=form.entry,
            grantor=form.grantor,
            login_id=form.login_id,
            first_requests=form.first_requests,
            also_expert=form.also_expert,
        )
    return SignUp(profile=command.profile, login_id="", form=kept, first_requests=command.first_requests)


def display_name(draft: SignupDraft) -> str:
    """Name the person whom the draft is about, or the identifiant chosen."""
    given, surname = draft.given_name.strip(), draft.surname.strip()
    if draft.entry is not None:
        given, surname = draft.entry.given_name, draft.entry.surname
    return f"{given} {surname.upper()}".strip() or draft.login_id or draft.registration_number
