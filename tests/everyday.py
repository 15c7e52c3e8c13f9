"""What the everyday run (`python3 dev.py test`) leaves out, decided from the tests themselves and said at its start.

It runs the server's tests twice: on PostgreSQL, then on SQLite with all others. On PostgreSQL it leaves out what asks
nothing of a database, what is marked `own_database` since its programs have a SQLite file of their own on either run,
and of the tables marked `one_in(n)` it takes one case in n. On SQLite it takes these tables whole, or of one marked
`one_in(n, sqlite=m)` one case in m, and every test that knows which database it has; of the others, which ran on
PostgreSQL and leave the database to Django, it takes one in two. The campaigns run whole what it leaves. Any other
choice of tests (`dev.py test tests/server/…`, no `-m`) is run whole, on either database.
"""

from __future__ import annotations

import inspect
import os
import re
import zlib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

EXPRESSION: Final = "not campaign"
"""What `dev.py test` gives to `-m`."""
LEFT: Final = pytest.StashKey[list[str]]()
"""The lines that say what was left out."""
SERVER: Final = "tests/server/"
DATABASE_FIXTURES: Final = {"db", "transactional_db", "django_db_setup", "live_server"}
OF_A_DATABASE: Final = re.compile(
    r"\b(connections?|cluster|psycopg|postgresql|subprocess|serv(ed|ing)|running)\b|DATABASE"
)
"""Words of a file whose tests may ask something of a database by themselves, or of a program that they start."""
NO_DATABASE: Final = "ask nothing of a database"
OWN_DATABASE: Final = "bring a database of their own"
ONE_IN: Final = "are of tables of which one case in a few is taken"
HALF: Final = "ran on PostgreSQL, and of which SQLite takes one in two"
TO_SQLITE, TO_CAMPAIGNS = "the run on SQLite", "the campaigns"


def is_asked(config: pytest.Config) -> bool:
    """Tell whether this is the everyday run."""
    return str(config.getoption("markexpr", "")) == EXPRESSION


def is_on_postgresql() -> bool:
    """Tell whether the tests run on the cluster of `tests.postgresql`."""
    return bool(os.environ.get("COMPTEXPERT_DATABASE_URL"))


def is_campaign(function: object) -> bool:
    """Tell whether a function of a test module is marked as a campaign."""
    marks = getattr(function, "pytestmark", ())
    return inspect.isfunction(function) and any(mark.name == "campaign" for mark in marks)


def why_left(item: pytest.Item, *, on_postgresql: bool) -> str:
    """Return to which run the everyday run leaves a test, and why; an empty text when it is run."""
    if on_postgresql and item.get_closest_marker("own_database") is not None:
        return f"{TO_SQLITE}: {OWN_DATABASE}"
    if on_postgresql and not uses_database(item):
        return f"{TO_SQLITE}: {NO_DATABASE}"
    if not on_postgresql and is_of_the_other_half(item):
        return f"{TO_CAMPAIGNS}: {HALF}"
    if not is_beside_the_share(item, on_postgresql=on_postgresql):
        return ""
    return f"{TO_CAMPAIGNS if is_shared_on_sqlite(item) else TO_SQLITE}: {ONE_IN}"


def is_shared_on_sqlite(item: pytest.Item) -> bool:
    """Tell whether the everyday run takes a share of a table on SQLite too."""
    mark = item.get_closest_marker("one_in")
    return mark is not None and "sqlite" in mark.kwargs


def is_of_the_other_half(item: pytest.Item) -> bool:
    """Tell whether the everyday run leaves a test out on SQLite, since it runs on PostgreSQL and asks Django alone.

    Its name decides, so that the same tests are taken each time, on every machine.
    """
    if not item.nodeid.startswith(SERVER) or not has_database(item) or _names_a_database(item.module):  # type: ignore[attr-defined]  # of each function
        return False
    is_elsewhere = any(item.get_closest_marker(name) is not None for name in ("one_in", "own_database"))
    return not is_elsewhere and zlib.crc32(item.nodeid.encode()) % 2 == 0


def mark_what_campaigns_run(items: Iterable[pytest.Item]) -> None:
    """Mark as campaigns what the everyday run leaves out on either database, or on SQLite."""
    for item in items:
        if is_shared_on_sqlite(item) or is_of_the_other_half(item):
            item.add_marker("campaign")


def uses_database(item: pytest.Item) -> bool:
    """Tell whether a test may ask something of a database: Django's, or one that its file names."""
    module = getattr(item, "module", None)
    return module is None or has_database(item) or _names_a_database(module)


def has_database(item: pytest.Item) -> bool:
    """Tell whether a test has Django's database, by its marks and fixtures; else pytest-django refuses every query."""
    marked = item.get_closest_marker("django_db") is not None
    return marked or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def is_beside_the_share(item: pytest.Item, *, on_postgresql: bool) -> bool:
    """Tell whether a case of a table marked `one_in(n)` is none of those taken.

    The ranks of its parameters are added: of a table with two sides, each row and each column has its share. The share
    on SQLite begins a case later: both databases together see more of the table than either.
    """
    mark = item.get_closest_marker("one_in")
    if mark is None:
        return False
    if on_postgresql:
        return sum(_ranks(item)) % int(mark.args[0]) != 0
    return (sum(_ranks(item)) + 1) % int(mark.kwargs.get("sqlite", 1)) != 0


def said(left: Iterable[str]) -> list[str]:
    """Count what is left out, by its reason."""
    lines = []
    for why, count in sorted(Counter(left).items()):
        run, reason = why.split(": ")
        lines.append(f"left to {run}: {count} tests that {reason}")
    return lines


@cache
def _names_a_database(module: ModuleType) -> bool:
    return OF_A_DATABASE.search(inspect.getsource(module)) is not None


def _ranks(item: pytest.Item) -> Iterator[int]:
    """Return the rank of the value of each parameter, in the list that its decorator gives."""
    params = getattr(item, "callspec").params  # noqa: B009 - only tests with parameters have it
    for mark in item.iter_markers("parametrize"):
        names, values = mark.args
        case = params[names] if isinstance(names, str) else tuple(params[name] for name in names)
        yield list(values).index(case)
