"""Services and rights."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueApp(AppConfig):
    """Services and rights."""

    name = "comptexpert_server.catalogue"
    label = "catalogue"
