"""The ground of the server: clock, keys, mail, epoch."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db.models.signals import post_migrate

from comptexpert_server.base.error_log import log_fault


class BaseApp(AppConfig):
    """The ground of the server; its label stays that of the tables it keeps."""

    name = "comptexpert_server.base"
    label = "config"
    verbose_name = "Exploitation"

    def ready(self) -> None:
        """Complete each migrate, and log the faults of pages."""
        got_request_exception.connect(log_fault)
        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(*, using: str, **_signal: object) -> None:
    call_command("createcachetable", database=using, verbosity=0)
    apps.get_model("config", "ServerEpoch").objects.using(using).get_or_create(id=1)
