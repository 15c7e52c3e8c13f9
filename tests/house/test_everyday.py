"""What the everyday run leaves out is left out for the reason that it says, and nothing else is."""

from __future__ import annotations

import pytest

from tests import everyday, shares


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("column", range(3))
@pytest.mark.one_in(2)
def test_of_a_table_each_row_and_each_column_has_its_share(request, row, column):
    assert everyday.is_beside_the_share(request.node, on_postgresql=True) is ((row + column) % 2 == 1)
    assert not everyday.is_beside_the_share(request.node, on_postgresql=False)


@pytest.mark.parametrize("row", range(6))
@pytest.mark.one_in(2, sqlite=3)
def test_of_a_long_table_the_run_on_sqlite_takes_a_share_of_its_own(request, row):
    assert everyday.is_beside_the_share(request.node, on_postgresql=True) is (row not in {0, 2, 4})
    assert everyday.is_beside_the_share(request.node, on_postgresql=False) is (row not in {2, 5})


@pytest.mark.parametrize("row", range(2))
@pytest.mark.one_in(2, sqlite=2)
def test_what_is_left_out_on_sqlite_is_run_by_the_campaigns(request, row, monkeypatch):
    left = f"{everyday.TO_CAMPAIGNS}: {everyday.ONE_IN}"
    assert everyday.why_left(request.node, on_postgresql=False) == ("" if row == 1 else left)
    assert everyday.why_left(request.node, on_postgresql=True) == ("" if row == 0 else left)
    added = []
    monkeypatch.setattr(request.node, "add_marker", added.append)
    everyday.mark_what_campaigns_run([request.node])
    assert added == ["campaign"]


@pytest.mark.parametrize(("way", "outcome"), [("api", 1), ("page", 1), ("api", 2)])
@pytest.mark.one_in(3)
def test_of_a_list_of_cases_with_several_names_each_third_is_taken(request, way, outcome):
    assert everyday.is_beside_the_share(request.node, on_postgresql=True) is ((way, outcome) != ("api", 1))


@pytest.mark.parametrize("row", range(2))
def test_a_table_without_the_mark_is_run_whole(request, row):
    assert row in {0, 1}
    assert not everyday.is_beside_the_share(request.node, on_postgresql=True)


def test_a_test_without_a_database_is_left_to_sqlite(request, monkeypatch):
    assert everyday.why_left(request.node, on_postgresql=True) == "", "this file names databases"
    monkeypatch.setattr(everyday, "_names_a_database", lambda _module: False)
    assert everyday.why_left(request.node, on_postgresql=True).endswith(everyday.NO_DATABASE)


@pytest.mark.own_database
def test_a_test_that_brings_its_own_database_is_left_to_sqlite(request):
    assert everyday.why_left(request.node, on_postgresql=True).endswith(everyday.OWN_DATABASE)
    assert everyday.why_left(request.node, on_postgresql=False) == ""


class ServerTest:
    """A test of the server that leaves its database to Django."""

    module = pytest
    fixturenames = ("db",)

    def __init__(self, name, *, marks=()):
        self.nodeid, self.marks = f"tests/server/test_it.py::{name}", marks

    def get_closest_marker(self, name):
        return next((mark for mark in self.marks if mark.name == name), None)


def test_of_what_runs_on_postgresql_the_run_on_sqlite_takes_one_in_two(monkeypatch):
    monkeypatch.setattr(everyday, "_names_a_database", lambda _module: False)
    tests = [ServerTest(f"test_{number}") for number in range(1000)]
    left = [one for one in tests if everyday.why_left(one, on_postgresql=False)]
    assert {everyday.why_left(one, on_postgresql=False) for one in left} == {
        f"{everyday.TO_CAMPAIGNS}: {everyday.HALF}"
    }
    assert 400 < len(left) < 600
    assert [everyday.why_left(one, on_postgresql=True) for one in left] == [""] * len(left)
    for name in ("one_in", "own_database"):
        mark = getattr(pytest.mark, name)(3).mark
        for one in left:
            one.marks = (mark,)
        assert not any(map(everyday.is_of_the_other_half, left))


def test_what_knows_its_database_is_run_on_both(monkeypatch):
    monkeypatch.setattr(everyday, "_names_a_database", lambda _module: True)
    assert [everyday.why_left(ServerTest(f"test_{number}"), on_postgresql=False) for number in range(9)] == [""] * 9


@pytest.mark.parametrize("fixture", sorted(everyday.DATABASE_FIXTURES))
def test_a_test_with_a_fixture_of_a_database_is_run_on_both(request, fixture, monkeypatch):
    monkeypatch.setattr(everyday, "_names_a_database", lambda _module: False)
    request.node.fixturenames.append(fixture)
    assert everyday.why_left(request.node, on_postgresql=True) == ""


def test_a_test_with_the_mark_of_a_database_is_run_on_both(request, monkeypatch):
    monkeypatch.setattr(everyday, "_names_a_database", lambda _module: False)
    request.node.add_marker(pytest.mark.django_db)
    assert everyday.why_left(request.node, on_postgresql=True) == ""


@pytest.mark.parametrize(
    "line",
    [
        "from django.db import connection",
        "from tests.postgresql import cluster",
        "import subprocess",
        "from tests.server.served import command",
        'os.environ["COMPTEXPERT_DATABASE_URL"]',
    ],
)
def test_a_file_that_may_reach_a_database_by_itself_is_run_on_both(line):
    assert everyday.OF_A_DATABASE.search(line)


def test_a_campaign_is_not_even_collected():
    def campaign() -> None: ...

    def everyday_one() -> None: ...

    assert everyday.is_campaign(pytest.mark.campaign(campaign))
    assert not everyday.is_campaign(everyday_one)


class Placed:
    """A test of a file."""

    def __init__(self, place):
        self.path = shares.HERE / place


def test_each_kind_of_what_is_long_opens_a_share_of_its_own_and_the_list_ends_with_what_is_light():
    places = {
        "desktop/domain": 300,
        "desktop/ui": 200,
        "operations": 10,
        "at_spi": 8,
        "journeys": 30,
        "server/sso": 100,
    }
    items = [Placed(f"{folder}/test_it.py") for folder, count in places.items() for _ in range(count)]
    found = shares.spread(items, workers=3)
    assert sorted(map(id, found)) == sorted(map(id, items))
    size = len(items) // 3 // shares.PARTS
    kinds = [item.path.parent.relative_to(shares.HERE).as_posix() for item in found]
    assert kinds[:size] == ["journeys"] * 30 + ["desktop/domain"] * (size - 30)
    assert kinds[size : 2 * size] == ["at_spi"] * 8 + ["desktop/ui"] * (size - 8)
    assert kinds[2 * size : 3 * size] == ["operations"] * 10 + ["desktop/ui"] * (size - 10)
    assert set(kinds[-200:]) == {"desktop/domain"}


def test_without_what_is_light_the_shares_are_filled_all_the_same():
    items = [Placed(f"{folder}/test_it.py") for folder in ("server/config", "server/sso") for _ in range(60)]
    found = shares.spread(items, workers=3)
    assert sorted(map(id, found)) == sorted(map(id, items))
    assert found[0].path.parent.name == "sso"
