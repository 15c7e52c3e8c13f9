"""What `check` refuses: settings that are harmless on one machine and unsafe on a network."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from comptexpert_server.config.models import Fiction

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_KEY = 50
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST_STEP_UP = timedelta(minutes=15)
PER_PROCESS_CACHES = ("locmem", "dummy", "filebased")


def safe_settings(**_options: object) -> list[checks.CheckMessage]:
    """List what must change before this server is reached from elsewhere."""
    return list(_faults()) if is_production() else []


def safe_database(**_options: object) -> list[checks.CheckMessage]:
    """Refuse fictitious people in production, and a database that is behind the program."""
    found: list[checks.CheckMessage] = []
    try:
        if is_production() and Fiction.objects.exists():
            found.append(checks.Error("fictitious people exist: use an empty database", id="comptexpert.E010"))
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            found.append(checks.Error("the database is behind: run migrate", id="comptexpert.E011"))
    except DatabaseError:
        found.append(checks.Error("the database does not answer, or is empty: run migrate", id="comptexpert.E012"))
    return found


def is_production() -> bool:
    """Tell whether people reach this server over a network."""
    return not settings.ENVIRONMENT.is_loopback


def _faults() -> Iterator[checks.CheckMessage]:
    if settings.DEBUG:
        yield checks.Error("COMPTEXPERT_DEBUG must be off", id="comptexpert.E001")
    if not settings.ADDRESS_LIMITS:
        yield checks.Error("COMPTEXPERT_ADDRESS_LIMITS must not be 0", id="comptexpert.E002")
    if len(settings.ENVIRONMENT.secret_key) < SHORTEST_KEY:
        yield checks.Error("COMPTEXPERT_SECRET_KEY must have 50 characters or more", id="comptexpert.E003")
    if any(name in settings.CACHES["default"]["BACKEND"] for name in PER_PROCESS_CACHES):
        yield checks.Error("the cache must be shared by all workers", id="comptexpert.E004")
    if settings.EMAIL_URL.startswith("file:"):
        yield checks.Error("COMPTEXPERT_EMAIL_URL must be smtp:// or smtps://", id="comptexpert.E005")
    secrets = settings.ENVIRONMENT.data_dir / "secrets"
    if any(path.stat().st_mode & FOR_OTHERS for path in [secrets, *secrets.glob("*")] if path.exists()):
        yield checks.Error("the folder `secrets` must be its owner's alone", id="comptexpert.E006")
    if not settings.FACTOR_REQUIRED:
        yield checks.Warning("COMPTEXPERT_FACTOR_REQUIRED=0: a stolen password can grant", id="comptexpert.W002")
    if settings.STEP_UP_AGE is None or settings.STEP_UP_AGE > LONGEST_STEP_UP:
        yield checks.Warning("COMPTEXPERT_STEP_UP_MINUTES should be 5", id="comptexpert.W003")
    if connection.vendor == "sqlite":
        yield checks.Warning("SQLite serves one machine: set COMPTEXPERT_DATABASE_URL", id="comptexpert.W001")
