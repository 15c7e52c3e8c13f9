"""What `check` refuses: settings that are harmless on one machine and unsafe on a network."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from comptexpert_server.base.environment import LOOPBACK_HOSTS
from comptexpert_server.base.models import Fiction
from comptexpert_server.operations.server_role import excesses
from comptexpert_server.web.metrics import clock_is_held, worker_is_late

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_KEY = 50
MIN_DISTINCT_CHARACTERS = 12
MIN_TOKEN = 32
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAX_STEP_UP_AGE = timedelta(minutes=15)
SEALED_MODES = ("require", "verify-ca", "verify-full")
PER_PROCESS_CACHES = ("locmem", "dummy", "filebased")


def safe_settings(**_options: object) -> list[checks.CheckMessage]:
    """List what must change before this server is reached from elsewhere."""
    return list(_faults()) if is_production() else []


def safe_database(**_options: object) -> list[checks.CheckMessage]:
    """Refuse fictitious people in production, and a database that is behind the program."""
    found: list[checks.CheckMessage] = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return [checks.Error("the database is behind: run migrate", id="comptexpert.E011")]
        if is_production() and Fiction.objects.exists():
            found.append(checks.Error("fictitious people exist: use an empty database", id="comptexpert.E010"))
        if is_production() and worker_is_late():
            found.append(
                checks.Warning("no worker for 5 minutes: mails wait, rights do not end", id="comptexpert.W006")
            )
        if is_production() and connection.vendor == "postgresql":
            found += [
                checks.Warning(f"the role of the database {one}: use a second role", id="comptexpert.W011")
                for one in excesses()
            ]
        if clock_is_held():
            found.append(
                checks.Warning(
                    "the clock went hours ahead: nothing ends until `worker --accept-clock`", id="comptexpert.W010"
                )
            )
    except DatabaseError:
        found.append(checks.Error("the database does not answer, or is empty: run migrate", id="comptexpert.E012"))
    return found


def is_production() -> bool:
    """Tell whether people reach this server over a network."""
    return not settings.ENVIRONMENT.is_loopback


def _faults() -> Iterator[checks.CheckMessage]:
    yield from _faults_of_identity()
    yield from _faults_of_addresses()
    yield from _faults_of_database()


def _faults_of_identity() -> Iterator[checks.CheckMessage]:
    if settings.DEBUG:
        yield checks.Error("COMPTEXPERT_DEBUG must be off", id="comptexpert.E001")
    if not settings.ADDRESS_LIMITS:
        yield checks.Error("COMPTEXPERT_ADDRESS_LIMITS must not be 0", id="comptexpert.E002")
    key = settings.ENVIRONMENT.secret_key
    if len(key) < MIN_KEY or len(set(key)) < MIN_DISTINCT_CHARACTERS:
        yield checks.Error("COMPTEXPERT_SECRET_KEY must have 50 characters or more, at random", id="comptexpert.E003")
    secrets = settings.ENVIRONMENT.data_dir / "secrets"
    if any(path.stat().st_mode & FOR_OTHERS for path in [secrets, *secrets.glob("*")] if path.exists()):
        yield checks.Error("the folder `secrets` must be its owner's alone", id="comptexpert.E006")
    if not settings.FACTOR_REQUIRED:
        yield checks.Warning("COMPTEXPERT_FACTOR_REQUIRED=0: a stolen password can grant", id="comptexpert.W002")
    if settings.STEP_UP_AGE is None or settings.STEP_UP_AGE > MAX_STEP_UP_AGE:
        yield checks.Warning("COMPTEXPERT_STEP_UP_MINUTES should be 5", id="comptexpert.W003")
    if settings.ENVIRONMENT.log_level == "DEBUG":
        yield checks.Warning("COMPTEXPERT_LOG_LEVEL=debug is for a developer's machine", id="comptexpert.W007")


def _faults_of_addresses() -> Iterator[checks.CheckMessage]:
    environment = settings.ENVIRONMENT
    mail = urlsplit(settings.EMAIL_URL)
    if mail.scheme not in {"smtp", "smtps"} or not mail.hostname:
        yield checks.Error("COMPTEXPERT_EMAIL_URL must be smtp:// or smtps://", id="comptexpert.E005")
    elif mail.scheme == "smtp" and mail.hostname not in LOOPBACK_HOSTS:
        yield checks.Warning("COMPTEXPERT_EMAIL_URL: activation links would travel in clear", id="comptexpert.W005")
    if any(host.startswith(".") for host in environment.allowed_hosts):
        yield checks.Error("COMPTEXPERT_ALLOWED_HOSTS must name whole hosts", id="comptexpert.E007")
    if environment.metrics_token and len(environment.metrics_token) < MIN_TOKEN:
        yield checks.Error("COMPTEXPERT_METRICS_TOKEN must have 32 characters or more", id="comptexpert.E008")
    if not environment.is_https:
        yield checks.Error("COMPTEXPERT_PUBLIC_URL must be https", id="comptexpert.E009")
    if not settings.TRUSTED_PROXIES:
        yield checks.Error(
            "COMPTEXPERT_TRUSTED_PROXIES=0: behind the proxy that ends TLS, everybody would share its limits",
            id="comptexpert.E015",
        )
    if not environment.has_name:
        yield checks.Warning("COMPTEXPERT_PUBLIC_URL is a number: no passkey binds to it", id="comptexpert.W004")


def _faults_of_database() -> Iterator[checks.CheckMessage]:
    if any(name in settings.CACHES["default"]["BACKEND"] for name in PER_PROCESS_CACHES):
        yield checks.Error("the cache must be shared by all workers", id="comptexpert.E004")
    cache = urlsplit(settings.ENVIRONMENT.cache_url)
    if cache.scheme == "redis" and cache.hostname and cache.hostname not in LOOPBACK_HOSTS:
        yield checks.Warning("COMPTEXPERT_CACHE_URL: use rediss:// over a network", id="comptexpert.W009")
    if connection.vendor == "sqlite":
        yield checks.Warning("SQLite serves one machine: set COMPTEXPERT_DATABASE_URL", id="comptexpert.W001")
        if settings.ENVIRONMENT.workers > 1:
            yield checks.Error("several workers need PostgreSQL: set COMPTEXPERT_DATABASE_URL", id="comptexpert.E013")
        return
    database = connection.settings_dict
    host = str(database.get("HOST") or "")
    is_near = not host or host.startswith("/") or host in LOOPBACK_HOSTS
    if not is_near and database.get("OPTIONS", {}).get("sslmode") not in SEALED_MODES:
        yield checks.Warning("COMPTEXPERT_DATABASE_URL: add ?sslmode=verify-full", id="comptexpert.W008")
