"""The settings, addresses and doors of the server."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """The settings, addresses and doors of the server."""

    name = "comptexpert_server.config"
    label = "config"
