"""Noting a browser's session at each sign-in, at the same cost however many came before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from allauth.usersessions.apps import UserSessionsConfig

if TYPE_CHECKING:
    from django.http import HttpRequest


class BrowserSessionsApp(UserSessionsConfig):  # type: ignore[misc]  # allauth has no types
    """allauth's application, which would read every earlier session of a person, and its owner, at each sign-in."""

    def ready(self) -> None:
        """Note the new session alone: the worker deletes what is known of those that are past their life."""
        signals = import_module("allauth.account.signals")
        library = import_module("allauth.usersessions.signals")
        signals.user_logged_in.connect(note_browser)
        for changed in (signals.password_set, signals.password_changed):
            changed.connect(library.on_password_changed)


def note_browser(*, request: HttpRequest, **_signal: object) -> None:
    """Note from where the session of this request was opened."""
    import_module("allauth.usersessions.models").UserSession.objects.create_from_request(request)
