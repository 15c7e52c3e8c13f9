"""Each setting that is unsafe on a network is refused by name, and a sound configuration is silent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone

from comptexpert_server.base.environment import read_environment
from comptexpert_server.base.models import WorkerTurn
from comptexpert_server.operations import checks
from comptexpert_server.operations.checks import safe_database, safe_settings
from comptexpert_server.web.metrics import LATE_WORKER, note_worker_turn
from tests import made_once
from tests.postgresql import cluster

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

SOUND = {
    "COMPTEXPERT_PUBLIC_URL": "https://comptexpert.example",
    "COMPTEXPERT_SECRET_KEY": "Zb3-kq9_Rw7tUxY2mNc5VfA8sLdG1hJ4pQeT6iOy0BzXuW-KvMr",
    "COMPTEXPERT_EMAIL_URL": "smtps://comptexpert:secret@mail.comptexpert.example",
    "COMPTEXPERT_DATABASE_URL": "postgresql://comptexpert@/comptexpert",
    "COMPTEXPERT_TRUSTED_PROXIES": "1",
    "COMPTEXPERT_WORKERS": "2",
}


@pytest.fixture
def found(settings: SettingsWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give what `check` says of an environment, on PostgreSQL unless the environment says SQLite."""

    def of(database: dict[str, Any] | None = None, **changes: str) -> list[str]:
        variables = SOUND | {f"COMPTEXPERT_{name}": value for name, value in changes.items()}
        environment = replace(read_environment(variables), data_dir=tmp_path)
        settings.ENVIRONMENT = environment
        settings.DEBUG = environment.debug
        settings.ADDRESS_LIMITS = environment.address_limits
        settings.EMAIL_URL = environment.email_url
        settings.FACTOR_REQUIRED = environment.factor_required
        settings.STEP_UP_AGE = environment.step_up_age
        settings.TRUSTED_PROXIES = environment.trusted_proxies
        is_sqlite = not environment.database_url

        class Connected:
            vendor = "sqlite" if is_sqlite else "postgresql"
            settings_dict = database or {"HOST": "", "OPTIONS": {}}

        monkeypatch.setattr(checks, "connection", Connected)
        return [str(message.id).removeprefix("comptexpert.") for message in safe_settings()]

    return of


def test_a_sound_configuration_is_silent(found: Any) -> None:
    assert found() == []


def test_one_machine_is_not_asked_for_anything(found: Any) -> None:
    assert found(PUBLIC_URL="http://127.0.0.1:8000", SECRET_KEY="", DEBUG="1", DATABASE_URL="") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DEBUG": "1"}, "E001"),
        ({"ADDRESS_LIMITS": "0"}, "E002"),
        ({"SECRET_KEY": "short"}, "E003"),
        ({"SECRET_KEY": "change-me-" * 8}, "E003"),
        ({"EMAIL_URL": ""}, "E005"),
        ({"EMAIL_URL": "file:///tmp/mail"}, "E005"),
        ({"EMAIL_URL": "smtp://"}, "E005"),
        ({"ALLOWED_HOSTS": "intranet.example,.cabinet.example"}, "E007"),
        ({"METRICS_TOKEN": "guessable"}, "E008"),
        ({"TRUSTED_PROXIES": "0"}, "E015"),
        ({"DATABASE_URL": "", "WORKERS": "2"}, "E013"),
        ({"DATABASE_URL": "", "WORKERS": "1"}, "W001"),
        ({"FACTOR_REQUIRED": "0"}, "W002"),
        ({"STEP_UP_MINUTES": "0"}, "W003"),
        ({"STEP_UP_MINUTES": "16"}, "W003"),
        ({"PUBLIC_URL": "https://192.0.2.7"}, "W004"),
        ({"EMAIL_URL": "smtp://mail.comptexpert.example:25"}, "W005"),
        ({"LOG_LEVEL": "debug"}, "W007"),
        ({"CACHE_URL": "redis://cache.comptexpert.example:6379"}, "W009"),
    ],
)
def test_an_unsafe_setting_is_named(found: Any, changes: dict[str, str], code: str) -> None:
    assert code in found(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"EMAIL_URL": "smtp://127.0.0.1:25"},
        {"METRICS_TOKEN": "m" * 32},
        {"STEP_UP_MINUTES": "15"},
        {"CACHE_URL": "rediss://cache.comptexpert.example:6379"},
        {"ALLOWED_HOSTS": "intranet.example"},
    ],
)
def test_a_safe_variant_is_silent(found: Any, changes: dict[str, str]) -> None:
    assert found(**changes) == []


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache", "filebased.FileBasedCache"])
def test_a_cache_of_one_process_is_refused(found: Any, settings: SettingsWrapper, backend: str) -> None:
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    assert "E004" in found()


@pytest.mark.skipif(os.name != "posix", reason="the mode of files is asked of POSIX alone")
def test_secrets_that_others_may_read_are_refused(found: Any, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o700)
    assert found() == []
    (tmp_path / "secrets" / "oidc.pem").write_text("x")
    (tmp_path / "secrets" / "oidc.pem").chmod(0o640)
    assert found() == ["E006"]


@pytest.mark.parametrize(
    ("host", "options", "expected"),
    [
        ("db.comptexpert.example", {}, ["W008"]),
        ("db.comptexpert.example", {"sslmode": "prefer"}, ["W008"]),
        ("db.comptexpert.example", {"sslmode": "verify-full"}, []),
        ("/run/postgresql", {}, []),
        ("127.0.0.1", {}, []),
    ],
)
def test_a_database_over_a_network_is_sealed(
    found: Any, host: str, options: dict[str, str], expected: list[str]
) -> None:
    assert found(database={"HOST": host, "OPTIONS": options}) == expected


def _told_of_the_database() -> list[str]:
    """Name what is said, but for the role of the tests, which owns its tables."""
    return [str(message.id) for message in safe_database() if message.id != "comptexpert.W011"]


@pytest.mark.django_db
def test_an_absent_worker_is_named(settings: SettingsWrapper) -> None:
    settings.ENVIRONMENT = read_environment(SOUND)
    assert _told_of_the_database() == ["comptexpert.W006"]
    note_worker_turn()
    assert _told_of_the_database() == []
    WorkerTurn.objects.update(at=timezone.now() - LATE_WORKER * 2)
    assert _told_of_the_database() == ["comptexpert.W006"]


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    return subprocess.run(
        [sys.executable, "-m", "comptexpert_server", *arguments],
        env=kept | {"COMPTEXPERT_DATA_DIR": str(folder), "HOME": str(folder)} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.own_database
def test_serving_a_database_that_is_behind_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "comptexpert.db").touch()
    done = run(tmp_path, "serve")
    assert (done.returncode, done.stdout) == (1, "")
    assert "run `comptexpert-server migrate` first" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.own_database
def test_serving_without_its_database_says_so_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"postgresql://comptexpert@127.0.0.1:{taken.getsockname()[1]}/comptexpert"
        done = run(tmp_path, "serve", COMPTEXPERT_DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert "the database does not answer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.own_database
def test_serving_sqlite_with_several_workers_on_a_network_is_refused(tmp_path: Path) -> None:
    made_once.lay(tmp_path)
    done = run(tmp_path, "serve", COMPTEXPERT_PUBLIC_URL="https://comptexpert.example", COMPTEXPERT_WORKERS="2")
    assert done.returncode == 1
    assert "several workers need PostgreSQL" in done.stderr


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks for a PostgreSQL cluster")
def test_serving_an_empty_postgresql_says_what_to_run(tmp_path: Path) -> None:
    with cluster() as url:
        done = run(tmp_path, "serve", COMPTEXPERT_DATABASE_URL=url)
        assert done.returncode == 1
        assert "run `comptexpert-server migrate` first" in done.stderr
        assert done.stdout == ""
