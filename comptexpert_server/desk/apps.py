"""The council's desk: escalation files, corrections of the registry, mandates and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.apps import apps as django_apps

from comptexpert_server.accounts.signals import account_erased

if TYPE_CHECKING:
    from django.db.models import Model


class DeskApp(AppConfig):
    """The council's desk."""

    name = "comptexpert_server.desk"
    label = "desk"
    verbose_name = "Bureau du Conseil régional"

    def ready(self) -> None:
        """Listen to what happens to accounts."""
        account_erased.connect(_erase_reasons)


def _erase_reasons(*, account: Model, entry: Model | None, **_signal: object) -> None:
    """Empty the reasons that operators gave about somebody who closes their account; the events stay."""
    about = [one.pk for one in (account, entry) if one is not None]
    django_apps.get_model("desk", "Correction").objects.filter(object_id__in=about).update(reason="")
