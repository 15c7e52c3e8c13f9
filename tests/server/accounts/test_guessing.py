"""Guessing a date of birth at a real server: five tries a day over all workers, and a time that tells nothing."""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.postgresql import cluster
from tests.server.served import area_under_the_curve, at_once, serving, signed_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.served import Server

on_postgresql = pytest.mark.skipif(
    not os.environ.get("COMPTEXPERT_DATABASE_URL"), reason="runs with the tests on PostgreSQL, on a cluster of its own"
)
GUESSES = 32
TAKEN = "claire.delaunay"


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with cluster(entries=60) as url:
        yield url


@pytest.fixture(scope="module")
def two_workers(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, "--workers", "2", database_url=database_url, COMPTEXPERT_ADDRESS_LIMITS="0") as server:
        yield server


def asked(who: dict[str, Any], *, born: str = "", profile: str = "expert_comptable") -> dict[str, Any]:
    """Ask under an identifiant that is taken, so that nothing is made and the same can be asked again."""
    return {
        "profile": profile,
        "entry_id": who["entry_id"],
        "date_of_birth": born or who["date_of_birth"],
        "login_id": TAKEN,
    }


@on_postgresql
def test_of_thirty_two_guesses_at_once_on_two_workers_five_are_checked(two_workers: Server, database_url: str) -> None:
    who = two_workers.people()["homonym_a"]
    bodies = [asked(who, born=f"1950-01-{1 + number % 28:02d}") for number in range(GUESSES)]
    codes = Counter(at_once(two_workers, bodies))
    assert codes == {"REG_DOB_MISMATCH": 5, "REG_TOO_MANY_TRIES": GUESSES - 5}
    assert Counter(at_once(two_workers, [asked(who)])) == {"REG_TOO_MANY_TRIES": 1}, "the right date comes too late"
    with psycopg.connect(database_url) as database:
        counted = database.execute(
            "SELECT count(*) FROM config_limithit JOIN config_limitkey ON config_limitkey.id = key_id WHERE key = %s",
            [f"birth-entry:{who['entry_id']}"],
        ).fetchone()
        told = database.execute('SELECT count(*) FROM post_office_email WHERE "to" = %s', [who["email"]]).fetchone()
    assert (counted, told) == ((5,), (5,))


def forgotten(database_url: str) -> None:
    """Take back every counted try, so that the next one is checked too."""
    with psycopg.connect(database_url) as database:
        database.execute("DELETE FROM config_limithit")


def outcomes(server: Server) -> dict[str, dict[str, Any]]:
    """Name each outcome of an identification with what brings it about."""
    people = server.people()
    return {
        "ID_TAKEN": asked(people["signup_ok"]),  # the date matched
        "REG_DOB_MISMATCH": asked(people["signup_ok"], born="1950-01-01"),
        "REG_DOB_MISMATCH without address": asked(people["signup_no_email"], born="1950-01-01"),
        "REG_NO_EMAIL": asked(people["signup_no_email"]),
        "REG_STRUCK_OFF": asked(people["signup_struck_off"]),
        "REG_ALREADY_BOUND": asked(people["signup_already_bound"]),
        "REG_PROFILE_MISMATCH": asked(people["signup_ok"], profile="trainee"),
    }


def timings(server: Server, database_url: str, *, names: list[str], rounds: int) -> dict[str, list[float]]:
    """Ask for each outcome in turn, in an order that changes each round."""
    bodies = outcomes(server)
    found: dict[str, list[float]] = defaultdict(list)
    dice = random.Random(11)
    with contextlib.closing(server.caller()) as caller:
        for turn in range(rounds):
            if turn % 2 == 0:
                forgotten(database_url)
            for name in dice.sample(names, len(names)):
                code, spent = signed_up(caller, bodies[name])
                assert code == name.split()[0]
                found[name].append(spent)
    return found


@on_postgresql
def test_every_outcome_comes_at_the_same_beat(two_workers: Server, database_url: str) -> None:
    found = timings(two_workers, database_url, names=list(outcomes(two_workers)), rounds=6)
    middles = {name: sorted(spent)[len(spent) // 2] for name, spent in found.items()}
    assert max(middles.values()) - min(middles.values()) < 0.02, middles
    assert min(middles.values()) > 0.19


@pytest.mark.campaign
def test_match_and_mismatch_cannot_be_told_apart_by_their_time(two_workers: Server, database_url: str) -> None:
    names = ["ID_TAKEN", "REG_DOB_MISMATCH"]
    found = timings(two_workers, database_url, names=names, rounds=500)
    area = area_under_the_curve(found[names[0]], found[names[1]])
    print(f"match and mismatch: area under the curve {area:.3f} over {len(found[names[0]])} timings each")
    assert 0.45 <= area <= 0.55


@pytest.mark.campaign
def test_no_outcome_can_be_told_from_another_by_its_time(two_workers: Server, database_url: str) -> None:
    found = timings(two_workers, database_url, names=list(outcomes(two_workers)), rounds=300)
    for one, other in combinations(found, 2):
        area = area_under_the_curve(found[one], found[other])
        print(f"{one} and {other}: area under the curve {area:.3f}")
        assert 0.43 <= area <= 0.57, (one, other)  # 21 pairs: three deviations of chance, for 300 timings
