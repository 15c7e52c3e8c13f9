"""The forms of the desk: what an operator may change, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from comptexpert_server.base.birth import OLDEST
from comptexpert_server.base.clock import today
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.delegations.certificates import last_day
from comptexpert_server.desk.corrections import agc_of
from comptexpert_server.desk.mandates import is_cabinet
from comptexpert_server.desk.models import CertificateHolder, Escalation, Mandate
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from datetime import date

MIN_REASON = 10


class Day(forms.DateInput):
    """A day that the browser itself helps to choose."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def reason_field() -> forms.CharField:
    """Give the reason that every correction needs."""
    return forms.CharField(
        label="Motif",
        min_length=MIN_REASON,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Pièce vue, demande reçue… 10\u00a0caractères au moins. L’intéressé ne lit pas le motif.",
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
        typed = str(self.cleaned_data["email"])
        email = clean_email(typed) if typed else ""
        if email is None:
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

    answer = forms.ChoiceField(
        label="Réponse",
        choices=(("confirm", "Confirmer le mandat"), ("refuse", "Refuser le mandat")),
        initial="confirm",
        required=False,
        widget=forms.RadioSelect,
    )
    response = forms.CharField(
        label="Réponse à l’intéressé",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Pour un refus seulement. L’intéressé la lit, et peut demander de nouveau.",
    )
    date_of_birth = forms.DateField(label="Date de naissance", widget=Day(), required=False)
    town = forms.CharField(label="Ville", max_length=120, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=16, required=False)
    reason = reason_field()

    class Meta:
        model = Mandate
        fields = ()

    def clean_date_of_birth(self) -> date | None:
        """Refuse a day to come."""
        born: date | None = self.cleaned_data["date_of_birth"]
        return None if born is None else past_day(born)

    def clean(self) -> dict[str, Any]:
        """Refuse a mandate for what is no AGC, a confirmation without an identity, a refusal without words."""
        found = super().clean() or {}
        if found.get("answer") == "refuse":
            needed = {"response": "Dites à l’intéressé pourquoi."}
        else:
            needed = dict.fromkeys(("date_of_birth", "town", "postal_code"), "Ce champ est obligatoire.")
            self._check_agc()
        for name, words in needed.items():
            if not found.get(name) and name not in self.errors:
                self.add_error(name, words)
        return found

    def _check_agc(self) -> None:
        siren = agc_of(self.instance)["siren"]
        if not siren:
            raise ValidationError("Cette inscription ne nomme aucune AGC.")
        if is_cabinet(siren):
            raise ValidationError("Ce SIREN est celui d’un cabinet d’expertise comptable, pas d’une AGC.")


class CertificateForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """Until when a personal certificate is valid."""

    reason = reason_field()

    def clean_certificate_until(self) -> date | None:
        """Refuse a certificate that would outlive its three years."""
        until: date | None = self.cleaned_data["certificate_until"]
        if until is not None and until > last_day(today()):
            raise ValidationError(f"Un certificat dure trois ans au plus\u00a0: jusqu’au {last_day(today()):%d/%m/%Y}.")
        return until

    class Meta:
        model = CertificateHolder
        fields = ("certificate_until",)
        labels = {"certificate_until": "Certificat valable jusqu’au"}  # noqa: RUF012 - Django's own
        widgets = {"certificate_until": Day()}  # noqa: RUF012 - Django's own
        help_texts = {"certificate_until": "Vide\u00a0: aucun certificat."}  # noqa: RUF012 - Django's own


def past_day(day: date) -> date:
    """Refuse a day to come, and one that nobody alive was born on."""
    if day < OLDEST or day > today():
        raise ValidationError("Cette date n’est pas une date de naissance.")
    return day
