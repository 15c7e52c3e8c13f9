"""Token families and sign-ins: what a session is, whoever opened it."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsApp(AppConfig):
    """Token families and sign-ins; the label stays that of the tables it keeps."""

    name = "comptexpert_server.sessions"
    label = "sso"
