"""The forms of the desk: what an operator may change, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from comptexpert_server.accounts.signing_up import is_email
from comptexpert_server.config.clock import today
from comptexpert_server.desk.corrections import agc_of
from comptexpert_server.desk.models import CertificateHolder, Escalation, Mandate
from comptexpert_server.registry.lines import OLDEST
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from datetime import date

SHORTEST_REASON = 10


class Day(forms.DateInput):
    """A day that the browser itself helps to choose."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def reason_field() -> forms.CharField:
    """Give the reason that every correction needs."""
    return forms.CharField(
        label="Motif",
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Pièce vue, demande reçue… 10 caractères au moins. L’intéressé ne lit pas le motif.",
    )


class EntryForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """An address, a date of birth, a status."""

    reason = reason_field()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = RegistryEntry
        fields = ("email", "date_of_birth", "status")
        labels = {"email": "Courriel", "date_of_birth": "Date de naissance", "status": "Situation"}  # noqa: RUF012 - Django's own
        widgets = {"date_of_birth": Day()}  # noqa: RUF012 - Django's own

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.changed_at.isoformat()

    def clean_email(self) -> str:
        """Take what an import would take."""
        email = str(self.cleaned_data["email"]).lower()
        if email and not is_email(email):
            raise ValidationError("Cette adresse ne peut pas recevoir de courriel.")
        return email

    def clean_date_of_birth(self) -> date:
        """Refuse a day to come."""
        born: date = self.cleaned_data["date_of_birth"]
        return past_day(born)

    def clean(self) -> dict[str, Any]:
        """Refuse to overwrite what the operator did not see."""
        found = super().clean() or {}
        if found.get("seen") != self.instance.changed_at.isoformat():
            raise ValidationError("La fiche a changé depuis l’ouverture de cette page. Rechargez-la.")
        if not ({"email", "date_of_birth", "status"} & set(self.changed_data)):
            raise ValidationError("Rien n’est changé.")
        return found


class FileForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """What the author of a file is told when nothing is corrected."""

    answer = forms.CharField(
        label="Clore sans correction",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="L’auteur du dossier lira cette réponse dans son application.",
    )

    class Meta:
        model = Escalation
        fields = ("answer",)


class MandateForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """What the registry holds of a head of an AGC, once the council has seen the proof."""

    date_of_birth = forms.DateField(label="Date de naissance", widget=Day())
    town = forms.CharField(label="Ville", max_length=120)
    postal_code = forms.CharField(label="Code postal", max_length=16)
    reason = reason_field()

    class Meta:
        model = Mandate
        fields = ()

    def clean_date_of_birth(self) -> date:
        """Refuse a day to come."""
        born: date = self.cleaned_data["date_of_birth"]
        return past_day(born)

    def clean(self) -> dict[str, Any]:
        """Refuse a mandate for an AGC that was not named."""
        found = super().clean() or {}
        if not agc_of(self.instance)["siren"]:
            raise ValidationError("Cette inscription ne nomme aucune AGC.")
        return found


class CertificateForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """Until when a personal certificate is valid."""

    reason = reason_field()

    class Meta:
        model = CertificateHolder
        fields = ("certificate_until",)
        labels = {"certificate_until": "Certificat valable jusqu’au"}  # noqa: RUF012 - Django's own
        widgets = {"certificate_until": Day()}  # noqa: RUF012 - Django's own
        help_texts = {"certificate_until": "Vide : aucun certificat."}  # noqa: RUF012 - Django's own


def past_day(day: date) -> date:
    """Refuse a day to come, and one that nobody alive was born on."""
    if day < OLDEST or day > today():
        raise ValidationError("Cette date n’est pas une date de naissance.")
    return day
