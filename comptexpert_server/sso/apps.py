"""The guarded OpenID provider."""

from __future__ import annotations

from django.apps import AppConfig


class SsoApp(AppConfig):
    """The guarded OpenID provider."""

    name = "comptexpert_server.sso"
    label = "sso"
