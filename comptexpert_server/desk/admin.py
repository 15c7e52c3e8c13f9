"""The desk's pages: each shows an operator what belongs to their council, and nothing is added or deleted by hand."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from comptexpert_server.accounts.models import SHOWN_GIVEN_NAME, SHOWN_SURNAME, Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.typed_values import clean_number
from comptexpert_server.desk import corrections, mandates
from comptexpert_server.desk.forms import CertificateForm, EntryForm, FileForm, MandateForm
from comptexpert_server.desk.models import CertificateHolder, Correction, Escalation, FileStatus, Mandate
from comptexpert_server.desk.services import close_file
from comptexpert_server.desk.site import desk, is_operator
from comptexpert_server.mail.outgoing import Kind
from comptexpert_server.mail.queue import was_refused
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.name_folding import fold
from comptexpert_server.registry.profiles import AGC_HEAD, LIST_NAMES
from comptexpert_server.registry.selectors import LAST, council, prefixes

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

NOTHING = "–"


class Scoped(admin.ModelAdmin):  # type: ignore[type-arg] # not subscriptable when run
    """A page of the desk: looked at and changed by the operators of a council, about its own people."""

    actions: tuple[str, ...] | None = None
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "desk/change_form.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the page to operators."""
        return is_operator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show what the queryset holds."""
        del obj
        return is_operator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let operators change what the queryset holds."""
        del obj
        return is_operator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: entries come from an import, files and accounts from the people themselves."""
        del request
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        del request, obj
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep to the council of the operator; who runs the server sees all."""
        found = super().get_queryset(request)
        operator = operator_of(request)
        return found if operator.is_superuser else found.filter(self.of_council(operator.council)).distinct()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Filter by what the page offers and by nothing else: any column of a row could be guessed by its count."""
        del value, request
        return lookup.removesuffix("__exact") in self.list_filter

    @abstractmethod
    def of_council(self, code: str) -> Q:
        """Say what belongs to a council."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - Django's own
        """Write no second journal: the register of events and the corrections hold it, without names."""


class EntryAdmin(Scoped):
    """A person of the registry: the three members that a council corrects."""

    form = EntryForm
    list_display = ("surname", "given_name", "registration_number", "town", "status", "has_email")
    list_display_links = ("surname", "given_name")
    search_fields = ("surname",)
    search_help_text = "Nom, nom et prénom, ou numéro d’inscription"
    list_filter = ("status",)
    ordering = ("surname", "given_name", "id")
    shown = ("surname", "given_name", "registration_number", "on_list", "town", "postal_code", "of", "mails", "past")
    readonly_fields = shown
    fieldsets = (
        ("Inscription", {"fields": shown[:-1]}),
        ("Correction", {"fields": ("email", "date_of_birth", "status", "reason", "seen")}),
        ("Corrections passées", {"fields": ("past",)}),
    )

    def of_council(self, code: str) -> Q:
        """Keep to the entries of a council."""
        return Q(council=code)

    @admin.display(description="Courriel", boolean=True)
    def has_email(self, entry: RegistryEntry) -> bool:
        """Tell whether an account can be made."""
        return bool(entry.email)

    @admin.display(description="Liste")
    def on_list(self, entry: RegistryEntry) -> str:
        """Word the list."""
        return LIST_NAMES.get(entry.list, entry.list)

    @admin.display(description="Conseil régional")
    def of(self, entry: RegistryEntry) -> str:
        """Name the council."""
        found = council(entry.council)
        return str(found["name"]) if found else entry.council

    @admin.display(description="Courriers")
    def mails(self, entry: RegistryEntry) -> str:
        """Say when nobody takes mail at the address: the council can correct it."""
        month = now() - timedelta(days=30)
        is_refused = bool(entry.email) and was_refused(entry.email, kinds=tuple(Kind), since=month)
        return "L’adresse refuse nos courriers" if is_refused else NOTHING

    @admin.display(description="Corrections")
    def past(self, entry: RegistryEntry) -> SafeString | str:
        """List what was corrected, when and why."""
        made = Correction.objects.filter(object_id=entry.pk).order_by("-made_at")[:20]
        rows = ((f"{one.made_at:%d/%m/%Y}", ", ".join(one.members), one.reason) for one in made)
        return format_html_join(NOTHING, "<p>{} – {} – {}</p>", rows) or "Aucune"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RegistryEntry], search_term: str
    ) -> tuple[QuerySet[RegistryEntry], bool]:
        """Search as everybody does, on every list, by ranges of the index."""
        del request
        words = fold(search_term)
        if not words:
            return queryset, False
        number = clean_number(search_term)
        found = Q(registration_number__gte=number, registration_number__lt=number + LAST) if number else Q()
        for start in prefixes(words):
            found |= Q(keys__key__gte=start, keys__key__lt=start + LAST)
        return queryset.filter(found).distinct(), False

    def save_model(
        self, request: HttpRequest, obj: RegistryEntry, form: ModelForm[RegistryEntry], change: object
    ) -> None:
        """Correct the entry, with all that follows."""
        del change
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in corrections.CORRECTABLE}
        reason = form.cleaned_data["reason"]
        corrections.correct_entry(obj.pk, changes=changes, reason=reason, operator=operator_of(request), at=now())


class FileAdmin(Scoped):
    """A file: what its author tells, and the way to the entry."""

    form = FileForm
    list_display = ("reference", "entry", "code", "status", "opened_at")
    list_filter = ("status", "code")
    search_fields = ("reference", "entry__surname")
    search_help_text = "Référence du dossier, ou nom"
    ordering = ("closed_at", "opened_at", "reference")
    list_select_related = ("entry",)
    shown = ("reference", "code", "status", "opened_at", "closed_at", "message", "to_entry")
    readonly_fields = shown
    fieldsets = (("Dossier", {"fields": shown}), ("Réponse", {"fields": ("answer",)}))

    def of_council(self, code: str) -> Q:
        """Keep to the files about the entries of a council."""
        return Q(entry__council=code)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Leave files alone that ended."""
        is_open = not isinstance(obj, Escalation) or obj.status == FileStatus.OPEN
        return is_open and super().has_change_permission(request, obj)

    @admin.display(description="Message")
    def message(self, file: Escalation) -> str:
        """Show what the author wrote."""
        return file.message or "Aucun"

    @admin.display(description="Fiche à corriger")
    def to_entry(self, file: Escalation) -> SafeString:
        """Lead to the entry."""
        address = reverse("desk:registry_registryentry_change", args=[file.entry_id])
        return format_html('<a href="{}">{}</a>', address, str(file.entry))

    def save_model(self, request: HttpRequest, obj: Escalation, form: ModelForm[Escalation], change: object) -> None:
        """Close the file with an answer."""
        del change
        answer = form.cleaned_data["answer"]
        if not close_file(obj, answer=answer, operator=operator_of(request).pk, at=now()):
            messages.warning(request, "Ce dossier était déjà clos. Rien n’a été changé.")


class AccountPage(Scoped):
    """A page about accounts, with French headings."""

    @admin.display(description="Identifiant", ordering="login_id")
    def identifiant(self, account: Account) -> str:
        """Show the name that never changes."""
        return account.login_id

    @admin.display(description="Nom", ordering=SHOWN_SURNAME)
    def whole_name(self, account: Account) -> str:
        """Write the surname first, as lists do."""
        return f"{account.surname} {account.given_name}"

    @admin.display(description="Courriel")
    def address(self, account: Account) -> str:
        """Show where to write."""
        return account.email

    @admin.display(description="Compte actif depuis le", ordering="activated_at")
    def active_since(self, account: Account) -> str:
        """Show the day of the activation."""
        return f"{account.activated_at:%d/%m/%Y}" if account.activated_at else NOTHING

    @admin.display(description="Certificat jusqu’au", ordering="certificate_until")
    def certificate(self, account: Account) -> str:
        """Show the last day of the certificate."""
        return f"{account.certificate_until:%d/%m/%Y}" if account.certificate_until else NOTHING


class MandateAdmin(AccountPage):
    """Heads of an AGC who are no experts-comptables; none belongs to a council until one confirms."""

    form = MandateForm
    list_display = ("whole_name", "agc", "active_since")
    ordering = ("activated_at", "id")
    shown = ("whole_name", "address", "agc", "active_since")
    readonly_fields = shown
    fieldsets = (
        ("Compte", {"fields": shown}),
        ("Mandat", {"fields": ("answer", "date_of_birth", "town", "postal_code", "response", "reason")}),
    )

    def of_council(self, code: str) -> Q:
        """Keep nothing back: the council that has seen the proof takes the mandate."""
        del code
        return Q()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandate]:
        """Show those who wait."""
        return (
            super()
            .get_queryset(request)
            .filter(said_profile=AGC_HEAD, entry=None, is_active=True, mandate_refusal=None)
        )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let an operator of a council confirm: the mandate becomes that council's."""
        return bool(operator_of(request).council) and super().has_change_permission(request, obj)

    @admin.display(description="AGC")
    def agc(self, account: Account) -> str:
        """Name the AGC as its head did."""
        named = corrections.agc_of(account)
        return f"{named['name']} (SIREN {named['siren']})" if named["siren"] else NOTHING

    def save_model(self, request: HttpRequest, obj: Mandate, form: ModelForm[Mandate], change: object) -> None:
        """Confirm the mandate, or refuse it."""
        del change
        said = form.cleaned_data
        account = Account.objects.get(pk=obj.pk)
        if said["answer"] == "refuse":
            mandates.refuse_mandate(
                account, response=said["response"], reason=said["reason"], operator=operator_of(request), at=now()
            )
            return
        mandates.confirm_mandate(
            account,
            born=said["date_of_birth"],
            town=said["town"],
            postal_code=said["postal_code"],
            reason=said["reason"],
            operator=operator_of(request),
            at=now(),
        )


class CertificateAdmin(AccountPage):
    """Who may hold a personal certificate: the people of the council and the staff of its cabinets."""

    form = CertificateForm
    list_display = ("identifiant", "whole_name", "certificate")
    search_fields = ("login_id__startswith", "said_surname__istartswith", "entry__surname__istartswith")
    search_help_text = "Identifiant ou nom"
    ordering = (SHOWN_SURNAME, SHOWN_GIVEN_NAME, "id")
    shown = ("identifiant", "whole_name", "address")
    readonly_fields = shown
    fieldsets = (("Compte", {"fields": shown}), ("Certificat", {"fields": ("certificate_until", "reason")}))

    def of_council(self, code: str) -> Q:
        """Keep to the people of a council and to the staff of the cabinets where they stand."""
        staff = Q(memberships__firm__entries__council=code, memberships__ended_at=None)
        return Q(entry__council=code) | staff

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateHolder]:
        """Show active accounts."""
        return super().get_queryset(request).filter(is_active=True)

    def save_model(
        self, request: HttpRequest, obj: CertificateHolder, form: ModelForm[CertificateHolder], change: object
    ) -> None:
        """Attest the certificate."""
        del change
        corrections.attest_certificate(
            Account.objects.get(pk=obj.pk),
            until=form.cleaned_data["certificate_until"],
            reason=form.cleaned_data["reason"],
            operator=operator_of(request),
            at=now(),
        )


def operator_of(request: HttpRequest) -> Account:
    """Give who is at the desk."""
    assert isinstance(request.user, Account)
    return request.user


desk.register(Escalation, FileAdmin)
desk.register(RegistryEntry, EntryAdmin)
desk.register(Mandate, MandateAdmin)
desk.register(CertificateHolder, CertificateAdmin)
