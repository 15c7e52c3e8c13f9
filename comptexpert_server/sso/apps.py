"""The guarded OpenID provider."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from allauth.core.internal import jwkkit
from django.apps import AppConfig, apps

KEYS = 4
"""RSA keys that a process keeps ready: the one that signs, and those that it replaced."""


class SsoApp(AppConfig):
    """The guarded OpenID provider."""

    name = "comptexpert_server.sso"
    label = "openid"

    def ready(self) -> None:
        """Listen to what concerns tokens; the listeners need every application loaded."""
        # WORKAROUND: allauth reads its key anew for each token, and OpenSSL then checks it, which costs more than the
        # password of the person (docs/adr/0091). The text is the key of the cache: a rotation is seen at once.
        jwkkit.load_pem = lru_cache(maxsize=KEYS)(jwkkit.load_pem)
        sessions = apps.get_app_config("sso")
        import_module("comptexpert_server.sso.signals").connect(sessions)
