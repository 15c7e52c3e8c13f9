"""What every test of the server needs: keys, mails and secrets in a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection

from comptexpert_server.accounts.seeding import fill
from comptexpert_server.config.keys import LazyPem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def own_folder(settings: SettingsWrapper, tmp_path: Path, keys_folder: Path) -> Path:
    """Keep keys and mails of the tests out of the user's folder."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path)
    settings.SIGNUP_BEAT = 0  # no test waits; `test_equal_times.py` measures a real server
    settings.EMAIL_URL = f"file://{tmp_path / 'mail'}"
    settings.OIDC_KEY = LazyPem(keys_folder, name="oidc.pem")
    settings.SIGNING_KEY = LazyPem(keys_folder, name="signing.pem")
    return tmp_path


@pytest.fixture
def crowd(db: None) -> None:
    """Fill the database with a small fictitious registry and the people of the rehearsal."""
    fill(entries=60, seed=1)


@pytest.fixture(scope="module")
def one_file(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give every thread the same file: tests keep SQLite in memory, where a second writer is refused, not held."""
    del django_db_setup
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    names, memory, name = connection.settings_dict, connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    names["NAME"] = str(tmp_path_factory.mktemp("threads") / "threads.db")
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)
    yield
    with django_db_blocker.unblock():
        connection.close()
    names["NAME"], connection.connection = name, memory


@pytest.fixture
def crowd_for_threads(one_file: None, transactional_db: None) -> None:
    """Fill a database that several threads see."""
    fill(entries=60, seed=1)
