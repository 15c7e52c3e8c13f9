"""Lists that are not public: everybody finds themselves, and copying one takes longer than thirty days."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.test import Client

from comptexpert_server.accounts import api as accounts_api
from comptexpert_server.intake.bulk_upsert import upsert
from comptexpert_server.registry import api
from comptexpert_server.registry.closed_lists import FOUND, LOOKED_UP, MAX_SHOWN
from comptexpert_server.registry.import_lines import Line
from tests.server.visitor import call

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
SYLLABLES = ("ba", "co", "du", "fi", "lo", "ma", "ne", "pi", "ro", "su")


class Clock:
    moment = START

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(api, "now", clock)
    monkeypatch.setattr(accounts_api, "now", clock)
    return clock


def surname(number: int) -> str:
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03d}")


@pytest.fixture
def trainees() -> list[tuple[str, str]]:
    """Lay a closed list of 300 people; return their names and numbers."""
    lines = [
        Line(
            registration_number=f"{number:012d}", surname=surname(number), given_name="Lise",
            date_of_birth=date(1999, 5, 17), email=f"lise{number}@essai.example", list="trainee", status="active",
            council="bretagne", town="Rennes", postal_code="35000", firms=(),
        )
        for number in range(300)
    ]  # fmt: skip
    upsert(lines)
    return [(line.surname, line.registration_number) for line in lines]


def found(q: str, *, address: str = "198.51.100.7", profile: str = "trainee") -> Any:
    body = {"q": q, "profile": profile, "limit": 50}
    return call("/registry/search", body, client=Client(REMOTE_ADDR=address))


def looked_up(number: str, *, address: str) -> Any:
    body = {"registration_number": number, "profile": "trainee"}
    return call("/registry/lookup", body, client=Client(REMOTE_ADDR=address))


def days_to_copy(clock: Clock, trainees: list[tuple[str, str]], *, addresses: list[str]) -> int:
    """Crawl as greedily as can be: knowing every name and number, by both ways, from every address, every day."""
    copied: set[str] = set()
    turn = cycle(addresses)
    for day in range(100):
        clock.moment = START + timedelta(days=day)
        for name, number in trainees:
            if name in copied:
                continue
            if (
                found(name, address=next(turn)).status_code == 200
                or looked_up(number, address=next(turn)).status_code == 200
            ):
                copied.add(name)
            elif len(addresses) == 1 or clock.moment > START:
                break  # both ways are closed until another day
        if len(copied) == len(trainees):
            return day
    return 100


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("addresses", "least"),
    [(["198.51.100.7"], 60), ([f"198.51.100.{last}" for last in range(1, 255)], 30)],
    ids=["one address", "a /24"],
)
def test_copying_a_closed_list_of_three_hundred_takes_days(
    clock: Clock, trainees: list[tuple[str, str]], addresses: list[str], least: int
) -> None:
    assert days_to_copy(clock, trainees, addresses=addresses) >= least


def test_the_arithmetic_of_thirty_days() -> None:
    by_address = FOUND[0].count + LOOKED_UP[0].count
    by_network = FOUND[1].count + LOOKED_UP[1].count
    assert (FOUND[0].window, FOUND[1].window) == (timedelta(days=30), timedelta(days=30))
    assert 2 * by_address < 300, "one address: more than two windows"
    assert by_network < 300, "a /24: more than one window"


def test_few_people_are_shown_until_the_whole_name_is_typed(clock: Clock, trainees: list[tuple[str, str]]) -> None:
    assert found("ba").json()["items"] == [], "a hundred match"
    assert found("baba").json()["items"] == [], "ten match"
    (item,) = found("bababa").json()["items"]
    assert item["surname"] == "bababa"
    assert found(surname(123), address="192.0.2.1").status_code == 200


def test_homonyms_are_all_shown_once_the_whole_name_is_typed(clock: Clock, trainees: list[tuple[str, str]]) -> None:
    base = {
        "registration_number": "", "surname": "Le Goff", "given_name": "Ève", "date_of_birth": date(1999, 5, 17),
        "email": "", "list": "trainee", "status": "active", "council": "bretagne", "town": "Brest",
        "postal_code": "29200", "firms": (),
    }  # fmt: skip
    upsert([Line(**(base | {"registration_number": f"77{number}"})) for number in range(MAX_SHOWN + 2)])  # type: ignore[arg-type]
    assert found("le goff").json()["items"] == []
    assert len(found("Le Goff Ève").json()["items"]) == MAX_SHOWN + 2


def test_a_room_of_trainees_behind_one_address_signs_up(clock: Clock, trainees: list[tuple[str, str]]) -> None:
    for rank, (name, _number) in enumerate(trainees[:120]):
        for typed in (name[:4], name[:5], name):
            answer = found(typed)
            assert answer.status_code == 200, (rank, answer.content)
        (item,) = answer.json()["items"]
        body = {
            "profile": "trainee", "entry_id": item["entry_id"], "date_of_birth": "1999-05-17",
            "login_id": f"lise.stagiaire{rank}",
        }  # fmt: skip
        client = Client(REMOTE_ADDR="198.51.100.7")
        assert call("/signups", body, key=str(uuid.uuid4()), client=client).status_code == 202


def test_public_lists_are_not_counted(clock: Clock, crowd: None) -> None:
    for _ in range(FOUND[0].count + 5):
        assert found("de", profile="expert_comptable").status_code == 200
