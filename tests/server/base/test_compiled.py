"""Queries whose SQL is written once answer as the ORM answers; a connection that died is seen without asking it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import connection

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

PREPARE_THRESHOLD = 3

pytestmark = pytest.mark.django_db

BY_SURNAME: dict[str, Callable[..., QuerySet[RegistryEntry, Any]]] = {
    "objects": lambda surname: RegistryEntry.objects.filter(surname=surname).order_by("pk"),
    "tuples": lambda surname: RegistryEntry.objects.filter(surname=surname).order_by("pk").values_list("pk", "list"),
    "values": lambda surname: RegistryEntry.objects.filter(surname=surname).order_by("pk").values_list("pk", flat=True),
}


@pytest.mark.parametrize("kind", BY_SURNAME)
def test_a_compiled_query_gives_what_the_orm_gives(kind: str) -> None:
    build = BY_SURNAME[kind]
    for surname in ("Delorme", "Delorme", "Ferrand"):
        desk.entry(desk.firm(), surname=surname)
    query = CompiledQuery(build, surname=str)
    for surname in ("Delorme", "Ferrand", "Personne"):
        assert query.rows(surname=surname) == list(build(surname))


def test_what_is_read_along_needs_no_query_of_its_own(django_assert_num_queries: Any) -> None:
    expert, staff = desk.expert(desk.firm()).account, desk.staff().account
    query = CompiledQuery(lambda one: Account.objects.filter(pk=one).select_related("entry"), one=UUID)
    query.rows(one=staff.pk)
    with django_assert_num_queries(2):
        (found,), (other,) = query.rows(one=expert.pk), query.rows(one=staff.pk)
        assert (found, found.entry, other, other.entry) == (expert, expert.entry, staff, None)
    assert (found.pk, found.email, found.created_at) == (expert.pk, expert.email, expert.created_at)
    assert found.get_deferred_fields() == set()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in the process, and keeps what it planned")
def test_a_statement_that_comes_often_is_kept_by_the_server_and_answers_the_same() -> None:
    desk.entry(desk.firm(), surname="Delorme")
    query = CompiledQuery(BY_SURNAME["objects"], surname=str)
    answers = [query.rows(surname=surname) for surname in ("Delorme", "Ferrand") * PREPARE_THRESHOLD]
    assert [len(rows) for rows in answers] == [1, 0] * PREPARE_THRESHOLD
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s", ["%registryentry%"])
        kept = [statement for (statement,) in cursor.fetchall()]
    assert any("Delorme" not in statement and "$1" in statement for statement in kept)


def test_a_value_that_changes_the_query_is_refused() -> None:
    query = CompiledQuery(lambda most: RegistryEntry.objects.all()[:most], most=int)
    with pytest.raises(ValueError, match="most changes the query"):
        query.rows(most=3)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file, and nobody ends it")
def test_a_connection_that_the_server_ended_is_seen_before_it_is_used() -> None:
    other = connection.copy()
    try:
        other.connect()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            number = cursor.fetchone()[0]
        assert other.is_usable()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [number])
        end = time.monotonic() + 10
        while other.is_usable() and time.monotonic() < end:
            time.sleep(0.01)
        assert not other.is_usable()
    finally:
        other.close()
