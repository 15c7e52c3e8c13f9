"""The append-only register."""

from __future__ import annotations

from django.apps import AppConfig


class AuditApp(AppConfig):
    """The append-only register."""

    name = "comptexpert_server.audit"
    label = "audit"
