"""Accounts and sign-ups."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from comptexpert_server.accounts.immutability import keep_login_id_final, let_tables_be_rebuilt


class AccountsApp(AppConfig):
    """Accounts and sign-ups."""

    name = "comptexpert_server.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Lay what belongs to the database and no model can say."""
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)


def _before_migrate(*, using: str, **_signal: object) -> None:
    let_tables_be_rebuilt(connections[using])


def _after_migrate(*, using: str, **_signal: object) -> None:
    keep_login_id_final(connections[using])
