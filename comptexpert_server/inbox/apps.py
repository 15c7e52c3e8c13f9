"""Writes answered once."""

from __future__ import annotations

from django.apps import AppConfig


class InboxApp(AppConfig):
    """Writes answered once."""

    name = "comptexpert_server.inbox"
    label = "inbox"
