"""What every test of the server needs: keys, mails and secrets in a folder of its own."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from comptexpert_server.accounts.hashers import FormerArgon2, MeasuredArgon2
from comptexpert_server.audit import triggers
from comptexpert_server.base.keys import LazyPem
from comptexpert_server.config import api as frame
from comptexpert_server.config.api import api
from comptexpert_server.rehearsal.seeding import fill
from tests import made_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start the tests' database from one on which the migrations ran once for all workers."""
    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["TEMPLATE"] = made_once.template_on_postgresql()
        return
    creation: Any = connection.creation
    create = creation._create_test_db

    def create_test_db(*arguments: Any, **options: Any) -> Any:
        name = create(*arguments, **options)
        connection.settings_dict["NAME"] = name
        made_once.copy_into(connection)
        return name

    creation._create_test_db = create_test_db


COST = ("time_cost", "memory_cost")
PRODUCTION = {name: getattr(MeasuredArgon2, name) for name in COST}


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash by the same functions for a hundredth of the cost; `production_passwords` asks for the whole of it."""
    with pytest.MonkeyPatch.context() as patch:
        for hasher in (MeasuredArgon2, FormerArgon2):
            for name, value in zip(COST, (1, 64), strict=True):
                patch.setattr(hasher, name, value)
        yield


@pytest.fixture
def production_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as the server does."""
    for hasher in (MeasuredArgon2, FormerArgon2):
        for name, value in PRODUCTION.items():
            monkeypatch.setattr(hasher, name, value)


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def own_folder(settings: SettingsWrapper, tmp_path: Path, keys_folder: Path) -> Path:
    """Keep keys and mails of the tests out of the user's folder."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path)
    settings.SIGNUP_INTERVAL = 0  # no test waits; `test_equal_times.py` measures a real server
    settings.EMAIL_URL = f"file://{tmp_path / 'mail'}"
    for operation in frame.operations(frame.api):
        for throttle in operation.throttle_objects:
            throttle.clear()  # type: ignore[attr-defined]  # ours: `web.rates.Throttle`
    settings.OIDC_KEY = LazyPem(keys_folder, name="oidc.pem")
    settings.SIGNING_KEY = LazyPem(keys_folder, name="signing.pem")
    return tmp_path


@pytest.fixture(autouse=True)
def log_on_its_own_stream() -> Iterator[None]:
    """Give the log its stream back: a command that runs in a test sets it up on the stream of that test, which closes."""
    yield
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler and handler.stream is not sys.__stderr__:
            handler.stream = sys.__stderr__  # to set it by the method would flush the one that closed


@pytest.fixture(autouse=True)
def declared_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which an operation answers with a status, or refuses with a code, that it does not declare."""
    send = Client.request
    documented_paths()  # here, since several threads of a test may ask for it at once

    def request(client: Client, **asked: Any) -> Any:
        answer = send(client, **asked)
        operation = operation_at(str(asked["PATH_INFO"]), method=str(asked["REQUEST_METHOD"]))
        if operation is not None:
            assert_declared(answer, operation)
        return answer

    monkeypatch.setattr(Client, "request", request)


def operation_at(path: str, *, method: str) -> dict[str, Any] | None:
    """Return what the document says of the operation of a path; None where no operation is reached."""
    try:
        route = resolve(path).route
    except Resolver404:
        return None
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    operation: dict[str, Any] | None = documented_paths().get(path, {}).get(method.lower())
    return operation


def assert_declared(answer: Any, operation: dict[str, Any]) -> None:
    if answer.status_code != HTTPStatus.INTERNAL_SERVER_ERROR:  # a fault that a test plants
        where = operation["operationId"]
        assert str(answer.status_code) in {str(status) for status in operation["responses"]}, where
    if answer.headers.get("Content-Type") == "application/problem+json":
        assert answer.json()["code"] in operation["x-codes"]


@cache
def documented_paths() -> dict[str, Any]:
    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return dict(document["paths"])


@pytest.fixture(scope="session", autouse=True)
def register_opened_for_the_emptying() -> Iterator[None]:
    """Let the end of a test empty the register, which the database refuses to anybody else."""
    patch = pytest.MonkeyPatch()
    empty = type(connection.ops).execute_sql_flush

    def emptied(operations: Any, statements: list[str]) -> None:
        triggers.drop(connection)
        empty(operations, statements)
        triggers.create(connection)

    patch.setattr(type(connection.ops), "execute_sql_flush", emptied)
    yield
    patch.undo()


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
        made_once.copy_into(connection)
    yield
    with django_db_blocker.unblock():
        connection.close()
    names["NAME"], connection.connection = name, memory


@pytest.fixture
def crowd_for_threads(one_file: None, transactional_db: None) -> None:
    """Fill a database that several threads see."""
    fill(entries=60, seed=1)
