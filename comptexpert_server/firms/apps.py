"""Cabinets and their members."""

from __future__ import annotations

from django.apps import AppConfig


class FirmsApp(AppConfig):
    """Cabinets and their members."""

    name = "comptexpert_server.firms"
    label = "firms"
