"""The guarded OpenID provider."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig, apps


class SsoApp(AppConfig):
    """The guarded OpenID provider."""

    name = "comptexpert_server.sso"
    label = "openid"

    def ready(self) -> None:
        """Listen to what concerns tokens; the listeners need every application loaded."""
        sessions = apps.get_app_config("sso")
        import_module("comptexpert_server.sso.signals").connect(sessions)
