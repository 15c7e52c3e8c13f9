"""The fictitious registry."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryApp(AppConfig):
    """The fictitious registry."""

    name = "comptexpert_server.registry"
    label = "registry"
    verbose_name = "Tableau de l’Ordre"
