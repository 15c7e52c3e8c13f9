"""The council's desk: escalation files, corrections of the registry, mandates and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.apps import apps as django_apps

from comptexpert_server.accounts.signals import account_erased

if TYPE_CHECKING:
    from django.db.models import Model

    from comptexpert_server.accounts.mentions import Mentions


class DeskApp(AppConfig):
    """The council's desk."""

    name = "comptexpert_server.desk"
    label = "desk"
    verbose_name = "Bureau du Conseil régional"

    def ready(self) -> None:
        """Listen to what happens to accounts."""
        account_erased.connect(_erase_reasons)


def _erase_reasons(*, account: Model, entry: Model | None, mentions: Mentions, **_signal: object) -> None:
    """Empty what operators wrote about somebody who closes their account; the events stay."""
    about = [one.pk for one in (account, entry) if one is not None]
    corrections = django_apps.get_model("desk", "Correction").objects
    corrections.filter(object_id__in=about).update(reason="")
    django_apps.get_model("desk", "MandateRefusal").objects.filter(account=account.pk).update(reason="")
    files = django_apps.get_model("desk", "Escalation").objects
    files.filter(entry__in=about).update(message="", answer="")
    for rows, fields in ((corrections.all(), ("reason",)), (files.all(), ("message", "answer"))):
        for one, texts in mentions.replaced(rows, fields=fields):
            rows.filter(pk=one.pk).update(**texts)
