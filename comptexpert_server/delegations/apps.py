"""Delegations."""

from __future__ import annotations

from django.apps import AppConfig


class DelegationsApp(AppConfig):
    """Delegations."""

    name = "comptexpert_server.delegations"
    label = "delegations"
