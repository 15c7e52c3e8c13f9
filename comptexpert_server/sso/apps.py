"""The guarded OpenID provider."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SsoApp(AppConfig):
    """The guarded OpenID provider."""

    name = "comptexpert_server.sso"
    label = "sso"

    def ready(self) -> None:
        """Listen to what concerns tokens; the listeners need every application loaded."""
        import_module("comptexpert_server.sso.hooks").connect(self)
