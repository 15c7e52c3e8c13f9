"""The desk's page of accounts: find somebody, and do one thing to their account, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html_join

from comptexpert_server.accounts.models import SHOWN_GIVEN_NAME, SHOWN_SURNAME, Account
from comptexpert_server.base.clock import now
from comptexpert_server.desk import people
from comptexpert_server.desk.admin import AccountPage, operator_of
from comptexpert_server.desk.forms import reason_field
from comptexpert_server.desk.models import Correction, Person
from comptexpert_server.desk.site import desk
from comptexpert_server.registry.profiles import LIST_NAMES
from comptexpert_server.sessions.listing import sessions_of

if TYPE_CHECKING:
    from django.db.models import Model
    from django.forms import ModelForm
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

ACTS = (
    ("sessions", "Fermer toutes ses sessions"),
    ("factor", "Retirer son second facteur et ses clés d’accès"),
    ("number", "Suivre son nouveau numéro d’inscription"),
    ("join", "Réunir un autre compte de la même personne à celui-ci"),
    ("close", "Fermer le compte, pour toujours"),
)
DONE = {
    "sessions": "Les sessions sont fermées. La personne en est avertie.",
    "factor": "Le second facteur est retiré et les sessions fermées. La personne en est avertie.",
    "number": "Le compte suit le nouveau numéro. La personne en est avertie.",
    "join": "Les deux comptes sont réunis. La personne en est avertie.",
    "close": "Le compte est fermé. La personne en est avertie.",
}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable when run
    """One act, the other account where two are joined, and why."""

    act = forms.ChoiceField(label="Action", choices=ACTS, widget=forms.RadioSelect)
    other = forms.CharField(
        label="Identifiant de l’autre compte",
        max_length=32,
        required=False,
        help_text="Pour réunir deux comptes seulement. L’autre compte est fermé\u00a0; ses droits passent à celui-ci.",
    )
    reason = reason_field()

    class Meta:
        model = Person
        fields = ()

    def clean(self) -> dict[str, Any]:
        """Refuse to join what is not there, and to follow a number that nobody has."""
        found = super().clean() or {}
        act = found.get("act")
        if act == "join":
            login_id = str(found.get("other", "")).strip().lower()
            reachable = self.instance.reachable or Account.objects.none()
            other = reachable.filter(login_id=login_id).exclude(pk=self.instance.pk).first()
            if other is None:
                raise ValidationError("Aucun autre compte de vos listes n’a cet identifiant.")
            found["account"] = other
        if act == "number" and people.likely_number(self.instance) is None:
            raise ValidationError("Aucune fiche n’a le même nom, la même date de naissance et la même adresse.")
        return found


class PersonAdmin(AccountPage):
    """The people of a council and the staff of its cabinets; everybody for who runs the server."""

    form = PersonForm
    list_display = ("identifiant", "whole_name", "address", "of_profile", "active_since", "is_active")
    search_fields = (
        "login_id__startswith",
        "email__iexact",
        "said_surname__istartswith",
        "entry__surname__istartswith",
    )
    search_help_text = "Identifiant, nom ou adresse entière"
    ordering = (SHOWN_SURNAME, SHOWN_GIVEN_NAME, "id")
    shown = ("identifiant", "whole_name", "address", "of_profile", "active_since", "signed_in", "factors", "new_number")
    readonly_fields = (*shown, "past")
    fieldsets = (
        ("Compte", {"fields": shown}),
        ("Action", {"fields": ("act", "other", "reason")}),
        ("Actions passées", {"fields": ("past",)}),
    )

    def of_council(self, code: str) -> Q:
        """Keep to the people of a council and to the staff of the cabinets where they stand."""
        staff = Q(memberships__firm__entries__council=code, memberships__ended_at=None)
        return Q(entry__council=code) | staff

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show every account that somebody activated; a closed one has nothing left to find."""
        return super().get_queryset(request).filter(closed_at=None, activated_at__isnull=False)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let an operator act on others, and who runs the server on operators."""
        is_other = not isinstance(obj, Account) or people.may_act(operator_of(request), account=obj)
        return is_other and super().has_change_permission(request, obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Person | None:
        """Let two accounts be joined that the operator sees and may act on, and no other."""
        found = super().get_object(request, object_id, from_field)
        if not isinstance(found, Person):
            return None
        operator = operator_of(request)
        seen = self.get_queryset(request).exclude(pk=operator.pk)
        found.reachable = Account.objects.filter(pk__in=seen.values("pk"))
        if not operator.is_superuser:
            found.reachable = found.reachable.filter(is_staff=False)
        return found

    @admin.display(description="Profil")
    def of_profile(self, account: Account) -> str:
        """Word the profile."""
        return LIST_NAMES.get(account.profile, "Autre")

    @admin.display(description="Sessions ouvertes")
    def signed_in(self, account: Account) -> str:
        """Count where the account is signed in."""
        return str(len(sessions_of(account, bearer="")))

    @admin.display(description="Seconds facteurs et clés d’accès")
    def factors(self, account: Account) -> str:
        """Count the factors."""
        return str(Authenticator.objects.filter(user=account).count())

    @admin.display(description="Nouveau numéro possible")
    def new_number(self, account: Account) -> str:
        """Name the number under which the person seems to stand now."""
        found = people.likely_number(account)
        return "Aucun" if found is None else found.registration_number

    @admin.display(description="Actions")
    def past(self, account: Account) -> SafeString | str:
        """List what was done, when and why."""
        made = Correction.objects.filter(object_id=account.pk).order_by("-made_at")[:20]
        rows = ((f"{one.made_at:%d/%m/%Y}", ", ".join(one.members), one.reason) for one in made)
        return format_html_join("–", "<p>{} – {} – {}</p>", rows) or "Aucun"

    def save_model(self, request: HttpRequest, obj: Person, form: ModelForm[Person], change: object) -> None:
        """Do what was chosen."""
        del change
        said = form.cleaned_data
        account = Account.objects.select_related("entry").get(pk=obj.pk)
        do = {"reason": said["reason"], "operator": operator_of(request), "at": now()}
        acts = {
            "sessions": people.end_sessions,
            "factor": people.reset_factor,
            "number": people.follow_number,
            "close": people.close,
        }
        try:
            if said["act"] == "join":
                people.join(account, other=said["account"], **do)
            else:
                acts[said["act"]](account, **do)
        except people.NotJoinedError as error:
            messages.error(request, str(error))
        else:
            messages.info(request, DONE[said["act"]])


desk.register(Person, PersonAdmin)
