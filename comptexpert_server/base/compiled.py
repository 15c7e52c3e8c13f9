"""Queries of the ORM whose SQL is written once: the calls that come most often build it no more.

To build a query and write its SQL takes Django several times what the database takes to answer an indexed look-up.
A compiled query is built the usual way, once for each kind of database; then only its values change. Its rows are made
as the ORM makes them, `select_related` included.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models.query import ModelIterable, get_related_populators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

Row = TypeVar("Row")
EXAMPLES: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"example {number}",
    int: lambda number: number,
    UUID: lambda number: UUID(int=number),
    datetime: lambda number: datetime(2001, 1, number, tzinfo=UTC),
    date: lambda number: date(2001, 1, number),
}
"""Values of each type that a query may take, two for each of its names: the value stands where parameters differ."""

_RELATED: Any = get_related_populators
"""Its arguments differ from one version of Django to the next: typed as what the locked one takes."""


class _Written(NamedTuple):
    """The SQL of a query for a kind of database, the places of its values, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    places: dict[str, tuple[int, ...]]
    compiler: Any
    converters: dict[int, Any]
    """Of a column's number: what makes its value of what the driver gives."""
    model: Any
    """The class of the objects, or None where a row is a tuple or a single value."""
    columns: slice
    """Those of the object itself; the others are of what `select_related` names."""
    names: list[str]
    related: list[Any]


class CompiledQuery(Generic[Row]):
    """One query, and the types of the values that it takes: none of them may be None, nor change the query's shape."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **types: type) -> None:
        self._build, self._types = build, types
        self._written: dict[str, _Written] = {}

    def rows(self, **values: object) -> list[Row]:
        """Read the rows, in one query."""
        written = self._written.get(connection.vendor) or self._write()
        parameters = list(written.parameters)
        for name, places in written.places.items():
            for place in places:
                parameters[place] = _adapted(values[name])
        with getattr(connection, "prepared_cursor", connection.cursor)() as cursor:
            cursor.execute(written.sql, parameters)
            found = cursor.fetchall()
        return list(_made(written, found)) if found else []

    def first(self, **values: object) -> Row | None:
        """Read the first row; None when there is none."""
        return next(iter(self.rows(**values)), None)

    def _write(self) -> _Written:
        examples = {
            name: (EXAMPLES[kind](2 * at + 1), EXAMPLES[kind](2 * at + 2))
            for at, (name, kind) in enumerate(self._types.items())
        }
        usual = {name: pair[0] for name, pair in examples.items()}
        queryset = self._build(**usual)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        places = {}
        for name, pair in examples.items():
            other = self._build(**(usual | {name: pair[1]})).query.get_compiler(connection=connection).as_sql()
            if other[0] != sql:
                raise ValueError(f"{name} changes the query")
            places[name] = tuple(at for at, value in enumerate(parameters) if value != other[1][at])
        converters = compiler.get_converters([column[0] for column in compiler.select])
        reading = _reading(compiler, queryset)
        written = _Written(sql, tuple(parameters), places, compiler, converters, *reading)
        self._written[connection.vendor] = written
        return written


def joined() -> AbstractContextManager[object]:
    """Join the transaction under way, or begin one.

    Where an error undoes the whole transaction anyway, a savepoint only costs two queries.
    """
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def _adapted(value: object) -> Any:  # noqa: ANN401 - what the driver takes
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _reading(compiler: Any, queryset: QuerySet[Any, Any]) -> tuple[Any, slice, list[str], list[Any]]:  # noqa: ANN401
    """Return the class of the objects of a query, their columns and names, and what fills the objects beside them."""
    if queryset._iterable_class is not ModelIterable:  # noqa: SLF001 - the ORM has no public name for it
        return None, slice(None), [], []
    info = compiler.klass_info
    fields = info["select_fields"]
    columns = slice(fields[0], fields[-1] + 1)
    names = [column[0].target.attname for column in compiler.select[columns]]
    return info["model"], columns, names, _RELATED(info, compiler.select, connection.alias)


def _made(written: _Written, found: list[tuple[Any, ...]]) -> Iterator[Any]:
    """Make of rows what the ORM makes of them: objects, tuples, or single values."""
    rows = written.compiler.apply_converters(found, written.converters) if written.converters else iter(found)
    if written.model is None:
        yield from (row[0] if len(row) == 1 else tuple(row) for row in rows)
        return
    for row in rows:
        made = written.model.from_db(connection.alias, written.names, row[written.columns])
        for populate in written.related:
            populate.populate(row, made)
        yield made
