"""The council's desk: escalation files, corrections of the registry, mandates and certificates."""

from __future__ import annotations

from django.apps import AppConfig


class DeskApp(AppConfig):
    """The council's desk."""

    name = "comptexpert_server.desk"
    label = "desk"
    verbose_name = "Bureau du Conseil régional"
