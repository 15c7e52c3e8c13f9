"""The desk's pages for who runs the server: mails that did not leave, and rows that no job could do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Q
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.models import SetAside
from comptexpert_server.desk.admin import Scoped
from comptexpert_server.desk.site import desk, is_operator
from comptexpert_server.mail.models import Delivery, Outcome
from comptexpert_server.mail.queue import queue_again

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest


class Upkeep(Scoped):
    """A page that only who runs the server sees; nothing is typed in it."""

    def of_council(self, code: str) -> Q:
        """Keep everything from the councils."""
        del code
        return Q(pk__in=[])

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the page to who runs the server."""
        return _runs_the_server(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show the rows to who runs the server."""
        del obj
        return _runs_the_server(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: actions alone change a row."""
        del request, obj
        return False


class DeliveryAdmin(Upkeep):
    """A mail that did not leave: when, why, and once more."""

    actions = ("send_again",)
    list_display = ("kind", "recipient", "outcome", "fault", "queued_at", "ended_at")
    list_filter = ("outcome", "kind")
    ordering = ("-queued_at",)
    shown = ("kind", "recipient", "outcome", "fault", "queued_at", "ended_at", "useful_until")
    readonly_fields = shown
    fieldsets = (("Courrier", {"fields": shown}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show what did not leave; nobody reads who received what."""
        return super().get_queryset(request).exclude(outcome=Outcome.SENT)

    @admin.action(description="Remettre en file d’attente", permissions=["view"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        """Queue the chosen mails again."""
        emails = Email.objects.filter(pk__in=chosen.values_list("pk", flat=True))
        number = queue_again(emails, now=now())
        messages.success(request, f"Courriers remis en file\u00a0: {number}.")


class SetAsideAdmin(Upkeep):
    """A row that a job could not do: since when, why, and once more now."""

    actions = ("try_now",)
    list_display = ("job", "row", "reason", "first_at", "last_at", "next_at", "tries")
    list_filter = ("job",)
    ordering = ("-first_at",)
    shown = ("job", "row", "reason", "first_at", "last_at", "next_at", "tries")
    readonly_fields = shown
    fieldsets = (("Ligne mise de côté", {"fields": shown}),)

    @admin.action(description="Réessayer au prochain passage", permissions=["view"])
    def try_now(self, request: HttpRequest, chosen: QuerySet[SetAside]) -> None:
        """Let the worker try the chosen rows at its next turn."""
        number = chosen.update(next_at=now())
        messages.success(request, f"Lignes à réessayer\u00a0: {number}.")


def _runs_the_server(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, Account) and is_operator(user) and user.is_superuser


desk.register(Delivery, DeliveryAdmin)
desk.register(SetAside, SetAsideAdmin)
