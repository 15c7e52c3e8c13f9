"""The search, one case at a time; `test_search_oracle.py` asks a thousand queries."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from comptexpert_server.registry.name_folding import fold, name_keys
from comptexpert_server.registry.selectors import one_error_away, ranges_statement
from tests.server.visitor import call, person

PROFILE = "expert_comptable"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Lefèvre", ["lefevre"]),
        ("LEFÈVRE".encode().decode(), ["lefevre"]),
        (unicodedata.normalize("NFD", "Lefèvre"), ["lefevre"]),
        ("Œuvrard-Le Goff", ["oeuvrard", "le", "goff"]),
        ("d’Øster", ["d", "oster"]),
        ("Straße Łukasik", ["strasse", "lukasik"]),
        ("Cléacʼh", ["cleac", "h"]),
        ("Jean\u00a0Paul\u2010Marie", ["jean", "paul", "marie"]),
        ("Mar\u00adtin\u200b", ["martin"]),
        ("İsmet ısık", ["ismet", "isik"]),
        ("", []),
        ("–’ ", []),
    ],
)
def test_fold_forgets_what_people_write_in_several_ways(text: str, words: list[str]) -> None:
    assert fold(text) == words


@pytest.mark.parametrize(
    ("surname", "keys"),
    [
        ("Martin", [(0, "martin jean")]),
        ("Le Gall", [(0, "legall jean"), (0, "gall jean")]),
        ("de la Tour Martin", [(0, "delatourmartin jean"), (0, "latourmartin jean"), (0, "tourmartin jean"), (1, "martin jean")]),
        ("Abad-Martin", [(0, "abadmartin jean"), (1, "martin jean")]),
    ],
)  # fmt: skip
def test_every_part_of_a_surname_is_a_key_and_particles_do_not_demote(surname: str, keys: list[Any]) -> None:
    assert name_keys(surname, given_name="Jean") == keys


def test_one_error_is_any_neighbour_of_the_query() -> None:
    found = one_error_away("mart")
    for meant in ("marte", "mar", "amrt", "mrat", "matr", "mxrt", "xmart", "mart"):
        assert any(meant.startswith(variant) for variant in found), meant
    assert not any("xxrt".startswith(variant) for variant in found)


@pytest.mark.django_db
@pytest.mark.usefixtures("crowd")
class TestOverTheApi:
    """What a client is given."""

    def find(self, q: str, profile: str = PROFILE, **more: Any) -> list[Any]:
        answer = call("/registry/search", {"q": q, "profile": profile, **more})
        assert answer.status_code == 200, answer.content
        items: list[Any] = answer.json()["items"]
        return items

    def test_an_answer_holds_public_fields_only(self) -> None:
        (item, *_rest) = self.find("oeuvrard")
        assert item.keys() == {"entry_id", "surname", "given_name", "town", "council", "list"}

    def test_homonyms_are_told_apart_by_town(self) -> None:
        towns = [item["town"] for item in self.find("martin marie")]
        assert {"Rennes", "Lille"} <= set(towns)

    def test_a_number_finds_its_entry(self) -> None:
        number = person("ec")["registration_number"]
        assert [item["surname"] for item in self.find(f"{number[:4]} {number[4:]}")] == ["Delaunay"]

    def test_one_letter_finds_nobody_and_the_limit_holds(self) -> None:
        assert self.find("m") == []
        assert len(self.find("ma", limit=1)) <= 1

    def test_each_profile_searches_its_own_list(self) -> None:
        assert self.find("valcourt", "trainee")[0]["list"] == "trainee"
        assert self.find("vasseur", "agc_head")[0]["list"] == PROFILE
        assert self.find("valcourt", "other") == []

    @pytest.mark.parametrize("text", ["%", "_a", "a' OR 1=1", 'x"; --', "<b>mart", "\u202emartin", "𝓜artin"])
    def test_hostile_text_is_only_text(self, text: str) -> None:
        self.find(text)

    def test_lookup_finds_by_number_and_says_when_there_is_none(self) -> None:
        number = person("ec")["registration_number"]
        found = call("/registry/lookup", {"registration_number": f" {number[:3]}.{number[3:]} ", "profile": PROFILE})
        assert found.json()["surname"] == "Delaunay"
        missing = call("/registry/lookup", {"registration_number": "1", "profile": PROFILE})
        assert (missing.status_code, missing.json()["code"]) == (404, "REG_NUMBER_UNKNOWN")

    def test_a_list_that_is_not_public_shows_under_its_own_profile_alone(self) -> None:
        number = person("signup_ok_trainee")["registration_number"]
        body = {"registration_number": number, "profile": PROFILE}
        assert call("/registry/lookup", body).status_code == 404
        assert call("/registry/lookup", body | {"profile": "trainee"}).status_code == 200

    def test_councils_come_with_a_version_and_a_304(self) -> None:
        first = Client().get("/api/v1/councils")
        assert len(first.json()["councils"]) == 16
        assert "Alsace" in next(c for c in first.json()["councils"] if c["code"] == "grand-est")["former_names"]
        again = Client().get("/api/v1/councils", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304


@pytest.mark.usefixtures("crowd")
def test_a_typing_error_is_looked_up_in_ranges_of_the_index_not_in_every_name() -> None:
    statement, parameters = ranges_statement(one_error_away("delaunxy"), list_code=PROFILE, limit=160)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan = "\n".join(str(row[3]) for row in cursor.fetchall())
            assert "SEARCH found USING COVERING INDEX entry_key_search (list=? AND tier=? AND key>? AND key<?)" in plan
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are sooner read whole
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plan = "\n".join(str(row[0]) for row in cursor.fetchall())
            assert "Join Filter" not in plan
            assert "requested.start" in next(line for line in plan.splitlines() if "Index Cond" in line)
