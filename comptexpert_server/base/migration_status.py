"""Whether the database has every table that this program asks for; cheap enough to be asked at each readiness check."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

OURS = "comptexpert_server."
_known: set[str] = set()


def is_migrated() -> bool:
    """Tell whether our own migrations are all applied; a yes is remembered, since none is ever taken back."""
    name = str(connection.settings_dict["NAME"])
    if name in _known:
        return True
    if missing():
        return False
    _known.add(name)
    return True


def missing() -> list[str]:
    """Name our migrations that the database lacks."""
    recorder = MigrationRecorder(connection)
    applied = set(recorder.applied_migrations())
    return [f"{app}.{name}" for app, name in _written() if (app, name) not in applied]


def _written() -> list[tuple[str, str]]:
    return sorted(
        (config.label, path.stem)
        for config in apps.get_app_configs()
        if config.name.startswith(OURS)
        for path in (Path(config.path) / "migrations").glob("[0-9]*.py")
    )
