"""`q` finds a delegation by what it names, however that is written."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

pytestmark = pytest.mark.django_db
FOUND: list[tuple[str, set[str]]] = [
    ("lecoeur", {"Lecœur"}),
    ("LECŒUR", {"Lecœur"}),
    ("loic lecœ", {"Lecœur"}),
    ("saintexupery", {"Saint-Exupéry"}),
    ("Exupéry Saint", {"Saint-Exupéry"}),
    ("noemie exup", {"Saint-Exupéry"}),
    ("lucja obrien", {"O’Brien"}),
    ("o'brien", {"O’Brien"}),
    ("zoe.le-goff@alba.example", {"zoe.le-goff@alba.example"}),
    ("LEGOFF", {"zoe.le-goff@alba.example"}),
    ("rfc", {"Lecœur", "zoe.le-goff@alba.example"}),
    ("bibliordre obrien", {"O’Brien"}),
    ("bibliordre lecoeur", set()),
    ("oeuvrard network", {"Saint-Exupéry"}),
    ("aethelingmuller bib", {"O’Brien"}),
    ("Ætheling Müller goff", {"zoe.le-goff@alba.example"}),
    ("inconnu", set()),
    ("%", {"Lecœur", "Saint-Exupéry", "O’Brien", "zoe.le-goff@alba.example"}),
    ("lec_x", set()),
]


@pytest.fixture
def agathe() -> desk.Desk:
    """Agathe, who granted three rights and invited somebody."""
    person = desk.expert(desk.firm("Cabinet Œuvrard & Associés"))
    RegistryEntry.objects.filter(pk=person.account.entry_id).update(surname="d’Ætheling-Müller")
    for given_name, surname, service in (
        ("Loïc", "Lecœur", "rfc"),
        ("Noémie", "Saint-Exupéry", "network"),
        ("Łucja", "O’Brien", "bibliordre"),
    ):
        someone = desk.account(given_name=given_name, surname=surname)
        assert person.grant(someone, service=service).status == 201
    assert person.grant("zoe.le-goff@alba.example", service="rfc").status == 201
    return person


def _found(person: desk.Desk, text: str) -> set[str]:
    items = person.get("/delegations", q=text).body["items"]
    return {one["grantee"]["surname"] or one["grantee"]["email"] for one in items}


def test_a_text_finds_what_it_names_however_it_is_written(agathe: desk.Desk) -> None:
    found = [(text, _found(agathe, text)) for text, _expected in FOUND]
    assert found == FOUND


def test_each_of_many_words_costs_no_query(agathe: desk.Desk) -> None:
    counts = []
    for text in ("lecoeur", "lecoeur loic cabinet oeuvrard associes rfc p muller"):
        with CaptureQueriesContext(connection) as asked:
            assert _found(agathe, text) == {"Lecœur"}
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_text_goes_with_the_other_filters_and_with_pages(agathe: desk.Desk) -> None:
    first = agathe.get("/delegations", q="oeuvrard", limit=3).body
    rest = agathe.get("/delegations", q="oeuvrard", limit=3, cursor=first["next"]).body
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, "")
    assert [one["service"] for one in agathe.get("/delegations", q="muller", status="SCHEDULED").body["items"]] == [
        "rfc"
    ]


def test_a_text_finds_nothing_that_one_may_not_see(agathe: desk.Desk) -> None:
    assert _found(agathe, "lecoeur")
    assert _found(desk.expert(desk.firm("Autre")), "lecoeur") == set()
    assert _found(desk.staff(), "lecoeur") == set()
