"""The desk's page of firms in which nobody is left who may grant: a council names a stand-in (BR-35)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from comptexpert_server.base.clock import now, today
from comptexpert_server.base.typed_values import clean_number
from comptexpert_server.delegations.vacancies import name_stand_in, stop_stand_in
from comptexpert_server.desk.admin import NOTHING, Scoped, operator_of
from comptexpert_server.desk.corrections import note
from comptexpert_server.desk.forms import Day, reason_field
from comptexpert_server.desk.models import FirmWithoutGrantor
from comptexpert_server.desk.site import desk
from comptexpert_server.firms.models import Vacancy
from comptexpert_server.firms.vacancies import MAX_DAYS, possible_stand_in, readers_of

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest

ACTS = (("name", "Désigner un suppléant"), ("stop", "Mettre fin à la désignation"))


class VacancyForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """Who stands in, until when, and why."""

    act = forms.ChoiceField(label="Action", choices=ACTS, initial="name", widget=forms.RadioSelect)
    number = forms.CharField(
        label="Numéro d’inscription du suppléant",
        max_length=32,
        required=False,
        help_text="Un expert-comptable inscrit, qui a un compte et n’est pas de ce cabinet.",
    )
    last_day = forms.DateField(
        label="Dernier jour", widget=Day(), required=False, help_text=f"{MAX_DAYS} jours au plus."
    )
    reason = reason_field()

    class Meta:
        model = FirmWithoutGrantor
        fields = ()

    def clean(self) -> dict[str, Any]:
        """Refuse who may not grant, and a day out of bounds."""
        found = super().clean() or {}
        if found.get("act") == "stop":
            if self.instance.stand_in is None:
                raise ValidationError("Aucun suppléant n’est désigné.")
            return found
        entry = possible_stand_in(clean_number(str(found.get("number") or "")), firm=self.instance.firm)
        if entry is None:
            self.add_error("number", "Aucun expert-comptable en mesure d’accorder des droits n’a ce numéro.")
        last = found.get("last_day")
        if last is None or not today() <= last <= today() + timedelta(days=MAX_DAYS):
            self.add_error("last_day", f"Choisissez un jour d’ici {MAX_DAYS} jours.")
        found["entry"] = entry
        return found


class VacancyAdmin(Scoped):
    """The firms of a council in which nobody is left who may grant."""

    form = VacancyForm
    list_display = ("cabinet", "siren", "vacant_since", "members", "standing_in", "until")
    ordering = ("since", "id")
    list_select_related = ("firm", "stand_in")
    shown = ("cabinet", "siren", "vacant_since", "members", "standing_in", "until")
    readonly_fields = shown
    fieldsets = (("Cabinet", {"fields": shown}), ("Suppléant", {"fields": ("act", "number", "last_day", "reason")}))

    def of_council(self, code: str) -> Q:
        """Keep to the firms in which people of a council are listed."""
        return Q(firm__entries__council=code)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FirmWithoutGrantor]:
        """Show those that are so now."""
        return super().get_queryset(request).filter(ended_at=None)

    @admin.display(description="Cabinet", ordering="firm__name")
    def cabinet(self, vacancy: Vacancy) -> str:
        """Name the firm."""
        return vacancy.firm.name

    @admin.display(description="SIREN")
    def siren(self, vacancy: Vacancy) -> str:
        """Show its number."""
        return vacancy.firm.siren

    @admin.display(description="Sans délégant depuis le", ordering="since")
    def vacant_since(self, vacancy: Vacancy) -> str:
        """Show since when."""
        return f"{vacancy.since:%d/%m/%Y}"

    @admin.display(description="Collaborateurs")
    def members(self, vacancy: Vacancy) -> str:
        """Count who waits."""
        return str(len(readers_of(vacancy.firm)))

    @admin.display(description="Suppléant")
    def standing_in(self, vacancy: Vacancy) -> str:
        """Name who stands in."""
        entry = vacancy.stand_in
        return NOTHING if entry is None else f"{entry.surname} {entry.given_name}"

    @admin.display(description="Jusqu’au")
    def until(self, vacancy: Vacancy) -> str:
        """Show the last day of the stand-in."""
        return f"{vacancy.ends_on:%d/%m/%Y}" if vacancy.ends_on else NOTHING

    def save_model(
        self, request: HttpRequest, obj: FirmWithoutGrantor, form: ModelForm[FirmWithoutGrantor], change: object
    ) -> None:
        """Name a stand-in, or end one."""
        del change
        said, operator, moment = form.cleaned_data, operator_of(request), now()
        if said["act"] == "stop":
            vacancy = Vacancy.objects.select_related("firm", "stand_in").get(pk=obj.pk)
            done = stop_stand_in(vacancy, actor=operator.pk, at=moment)
        else:
            named = name_stand_in(obj.firm, entry=said["entry"], ends_on=said["last_day"], actor=operator.pk, at=moment)
            done = named is not None
        if not done:
            messages.warning(request, "La situation du cabinet a changé entre-temps. Rien n’a été fait.")
            return
        action = "vacancy.stand_in_ended" if said["act"] == "stop" else "vacancy.stand_in_named"
        note(obj.firm_id, action=action, members=["stand_in"], reason=said["reason"], operator=operator, at=moment)


desk.register(FirmWithoutGrantor, VacancyAdmin)
