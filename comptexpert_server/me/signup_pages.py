"""The sign-up on plain pages: the three flows of the application, the same services, the same limits, no script.

Nothing is kept between two pages but what stands in the form: a profile, a name that was searched, a line that was
chosen. What is sent goes where the application sends it.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from comptexpert_server.accounts.api import sign_up_from
from comptexpert_server.accounts.schemas import SignupIn, SignupOut
from comptexpert_server.base.clock import now
from comptexpert_server.me import signup_words
from comptexpert_server.registry.finding import find
from comptexpert_server.registry.profiles import AGC_HEAD, LIST_NAMES, LISTS, OTHER
from comptexpert_server.registry.selectors import council
from comptexpert_server.web.constant_time import paced
from comptexpert_server.web.limits import TooManyTriesError, address_of
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from comptexpert_server.registry.models import RegistryEntry

SHOWN = 20
_FRENCH_DAY = re.compile(r"\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\s*")
KINDS = (
    ("firm_staff", "Collaborateur de cabinet"),
    ("student", "Étudiant"),
    ("teacher", "Enseignant"),
    ("unspecified", "Autre"),
)
PROFILES = (
    *((code, LIST_NAMES[code]) for code in LISTS),
    (AGC_HEAD, "Président ou directeur d’AGC"),
    (OTHER, "Collaborateur, étudiant, enseignant, autre"),
)


class LoginField(forms.CharField):
    """The identifiant that is proposed."""

    def __init__(self) -> None:
        super().__init__(
            label="Identifiant",
            max_length=64,
            help_text="6 à 32\u00a0caractères\u00a0: minuscules, chiffres, point, tiret. Définitif à l’activation.",
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )


class MemberForm(forms.Form):
    """Somebody of the registry: a line or a number, the date of birth, an identifiant."""

    entry_id = forms.CharField(required=False, widget=forms.HiddenInput)
    registration_number = forms.CharField(
        label="Ou votre numéro d’inscription", max_length=64, required=False, widget=forms.TextInput()
    )
    date_of_birth = forms.CharField(
        label="Date de naissance",
        max_length=32,
        help_text="Jour, mois, année\u00a0: 07/03/1985. Sans jour connu\u00a0: 00/03/1985.",
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric"}),
    )
    login_id = LoginField()

    def clean(self) -> dict[str, Any]:
        """Refuse a form without a line nor a number."""
        said = super().clean() or {}
        if not said.get("entry_id") and not said.get("registration_number"):
            self.add_error("registration_number", signup_words.FIELDS["REG_NOT_SELECTED"])
        return said

    def body(self) -> dict[str, Any]:
        """Return what the form asks, as the API takes it."""
        said = self.cleaned_data
        found = {"date_of_birth": birth(said["date_of_birth"]), "login_id": said["login_id"]}
        named = {name: said[name] for name in ("entry_id", "registration_number") if said[name]}
        return found | (named if "entry_id" not in named else {"entry_id": named["entry_id"]})


class PersonForm(forms.Form):
    """Somebody whom no registry names."""

    given_name = forms.CharField(
        label="Prénom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    surname = forms.CharField(
        label="Nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.CharField(
        label="Adresse électronique", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    login_id = LoginField()

    def body(self) -> dict[str, Any]:
        """Return what the form asks, as the API takes it."""
        return {name: said for name, said in self.cleaned_data.items() if said}


class OtherForm(PersonForm):
    """A collaborateur, a student, a teacher, anybody else."""

    kind = forms.ChoiceField(label="Vous êtes", choices=KINDS, widget=forms.Select())
    firm_hint = forms.CharField(label="Votre cabinet, si vous en avez un", max_length=160, required=False)
    field_order = ("kind", "given_name", "surname", "email", "firm_hint", "login_id")


class HeadForm(PersonForm):
    """The head of an AGC who is no expert-comptable."""

    agc_name = forms.CharField(label="Nom de l’AGC", max_length=160)
    siren = forms.CharField(label="SIREN de l’AGC", max_length=16, help_text="Neuf chiffres.")
    field_order = ("given_name", "surname", "email", "agc_name", "siren", "login_id")

    def body(self) -> dict[str, Any]:
        """Return what the form asks, as the API takes it."""
        said = super().body()
        return said | {"agc": {"name": said.pop("agc_name"), "siren": said.pop("siren")}}


PLACES = {"agc.name": "agc_name", "agc.siren": "siren", "entry_id": "registration_number"}
"""The fields of the form that hold what the API names otherwise."""


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Ask for the profile, then for the person; POST sends."""
    asked = request.POST if request.method == "POST" else request.GET
    profile = asked.get("profile", "")
    if profile not in dict(PROFILES):
        return render(request, "accounts/signup_profile.html", {"profiles": PROFILES})
    is_expert = profile == AGC_HEAD and asked.get("expert", "") == "1"
    by_registry = profile in LISTS or is_expert
    form = _form(profile, by_registry=by_registry, given=request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "profile": profile,
        "profile_name": dict(PROFILES)[profile],
        "is_head": profile == AGC_HEAD,
        "expert": "1" if is_expert else "",
        "by_registry": by_registry,
        "q": asked.get("q", "")[:120],
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        answered = _send(request, profile=profile, form=form)
        if not isinstance(answered, ProblemError):
            return render(request, "accounts/signup_sent.html", answered)
        context["refusal"] = signup_words.refusal(answered)
        for place, words in signup_words.fields_at_fault(answered).items():
            name = PLACES.get(place, place)
            form.add_error(name if name in form.fields else None, words)
    if by_registry:
        context["found"], context["chosen"] = _found(request, profile=profile, text=context["q"]), asked.get("entry_id")
    status = HTTPStatus.OK if "refusal" not in context else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "accounts/signup_person.html", context, status=status)


def birth(text: str) -> str:
    """Return a date as the API reads it, from the way it is written in France; anything else as it is."""
    found = _FRENCH_DAY.fullmatch(text)
    if found is None:
        return text
    day, month, year = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def _form(profile: str, *, by_registry: bool, given: Mapping[str, Any] | None) -> MemberForm | OtherForm | HeadForm:
    if by_registry:
        return MemberForm(given)
    return OtherForm(given) if profile == OTHER else HeadForm(given)


def _found(request: HttpRequest, *, profile: str, text: str) -> list[dict[str, str]]:
    """List the people whom the typed name finds, with what tells homonyms apart."""
    if not text.strip():
        return []
    found = find(text, profile=profile, limit=SHOWN, address=address_of(request), at=now())
    if isinstance(found, int):
        raise TooManyTriesError(found)
    return [_line(entry) for entry in found]


def _line(entry: RegistryEntry) -> dict[str, str]:
    named = council(entry.council)
    where = ", ".join(part for part in (entry.town, str(named["name"]) if named else "") if part)
    return {"id": str(entry.pk), "name": f"{entry.surname} {entry.given_name}", "where": where}


def _send(
    request: HttpRequest, *, profile: str, form: MemberForm | OtherForm | HeadForm
) -> dict[str, Any] | ProblemError:
    """Send what the form says where the application sends it; return what was accepted, or the refusal."""
    try:
        body = SignupIn.model_validate({"profile": profile, **form.body()})
    except ValidationError:
        return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT")
    with paced(settings.SIGNUP_INTERVAL):
        try:
            answered = sign_up_from(body, address=address_of(request), at=now())
        except ProblemError as problem:
            return problem
    if isinstance(answered, ProblemError):
        return answered
    said = answered.body
    assert isinstance(said, SignupOut)
    return {"login_id": said.login_id, "masked_email": said.masked_email}
