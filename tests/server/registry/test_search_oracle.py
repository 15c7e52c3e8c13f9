"""A thousand generated queries: the search gives what the oracle gives, in the same order, on either database."""

from __future__ import annotations

import random
import unicodedata
import uuid
from datetime import date

import pytest

from comptexpert_server.registry.models import EntryKey, RegistryEntry
from comptexpert_server.registry.name_folding import name_keys
from comptexpert_server.registry.profiles import list_of
from comptexpert_server.registry.selectors import search
from comptexpert_server.rehearsal.seeding import fill
from tests.server.registry.oracle import Oracle

PROFILES = ("expert_comptable", "trainee", "agc_head", "honorary")
QUERIES = 1_200
LIMIT = 20
HARD_NAMES = [
    ("Œuvrard-Le Goff", "Maëlys"), ("d’Øster", "Ŋalia"), ("de la Tour d'Auvergne", "Ève"), ("Cléacʼh", "Yann"),
    ("Straße", "Łukasz"), ("Le Gall", "Anne-Laure"), ("LE GALL", "ANNE LAURE"), ("Legall", "Anne"), ("Ait Ben Ali", "Inès"),
    ("Mar\u00adtin", "Jean"), ("Jean\u2010Baptiste", "Jean"), ("Þorvald", "Ðan"), ("İsmet", "ısık"), ("Van der Van", "Van"),
    ("le", "la"), ("De", "Du"), ("N’Guyen\u00a0Van", "Đức"), ("Ω-Mega", "Aï"), ("O'Brien", "Zoé"), ("Martin", "Ma"),
    (unicodedata.normalize("NFD", "Éléonore-Bérénice"), "É"), ("Li", "Wu"), ("X Æ", "A-12"), ("Ferré 2", "Léo"),
]  # fmt: skip


def lay_hard_names() -> None:
    for rank, (surname, given) in enumerate(HARD_NAMES):
        for place, code in enumerate(("expert_comptable", "trainee", "honorary")):
            entry = RegistryEntry.objects.create(
                id=uuid.UUID(int=rank * 3 + place + 1, version=4),
                registration_number=f"{'AB' if rank % 3 else ''}77{rank:03d}{place}",
                surname=surname,
                given_name=given,
                date_of_birth=date(1980, 2, 29),
                list=code,
                council="bretagne",
                town="Rennes",
                postal_code="35000",
            )
            EntryKey.objects.bulk_create(
                EntryKey(entry=entry, tier=tier, key=key, list=code)
                for tier, key in name_keys(surname, given_name=given)
            )


def dressed(text: str, dice: random.Random) -> str:
    """Write a text as somebody else would."""
    ways = (
        str.upper,
        str.casefold,
        lambda one: unicodedata.normalize("NFD", one),
        lambda one: one.replace(" ", "-").replace("'", "’"),
        lambda one: f"  {one.replace('-', ' ')} ",
        lambda one: one.replace(" ", ""),
        "\u200b".join,
    )
    return dice.choice(ways)(text)


def mistyped(text: str, dice: random.Random) -> str:
    """Make one or two errors of typing."""
    for _ in range(dice.choice((1, 1, 1, 2))):
        place = dice.randrange(max(1, len(text)))
        head, tail = text[:place], text[place:]
        letter = dice.choice("abcdefghijklmnopqrstuvwxyzéœ '-")
        text = dice.choice(
            (head + letter + tail, head + tail[1:], head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:])
        )
    return text


def queries(people: list[tuple[str, str, str]], dice: random.Random) -> list[str]:
    """Draw distinct queries of every kind that people type, and of kinds that nobody should."""
    found: dict[str, None] = dict.fromkeys(
        ["ma", "le", "de la", "m", "martin ma", "xx", "d'", "le la", "œu", "--", "77", "ab 77"]
    )
    while len(found) < QUERIES:
        surname, given, number = dice.choice(people)
        full = f"{surname} {given}"
        cut = surname[dice.randrange(len(surname)) :]
        kinds = (
            surname[: dice.randint(1, len(surname))],
            full[: dice.randint(2, len(full))],
            dressed(full[: dice.randint(2, len(full))], dice),
            dressed(surname, dice),
            cut,
            f"{cut} {given[:2]}",
            mistyped(surname[: dice.randint(3, max(3, len(surname)))], dice),
            mistyped(full, dice),
            f"{given} {surname}",
            number[: dice.randint(2, len(number))],
            " ".join(number[: dice.randint(3, 8)]),
            "".join(dice.choices("abcdelmnrté '-œ’ 12", k=dice.randint(1, 9))),
            chr(dice.choice((0x1F600, 0x202E, 0x5D0, 0x3B1, 0x301, 0xFB01))) + surname[:3],
        )
        found[dice.choice(kinds)] = None
    return list(found)


@pytest.mark.django_db
def test_a_thousand_queries_and_more_are_answered_as_by_the_oracle() -> None:
    fill(entries=500, seed=7)
    lay_hard_names()
    people = list(RegistryEntry.objects.order_by("id").values_list("surname", "given_name", "registration_number"))
    hard = [one for one in people if "77" in one[2][:4]]
    dice = random.Random(20_261)
    asked = queries([*people, *hard * 3], dice)
    oracles = {code: Oracle(RegistryEntry.objects.filter(list=code)) for code in {list_of(one) for one in PROFILES}}
    rows = 0
    for query in asked:
        profile = dice.choice((PROFILES[0], *PROFILES))
        expected = oracles[list_of(profile)].find(query, limit=LIMIT)
        rows += len(expected)
        assert [one.id for one in search(query, profile=profile, limit=LIMIT)] == expected, (query, profile)
    assert len(set(asked)) == len(asked) >= QUERIES
    assert rows > QUERIES, "most queries must find somebody, or nothing was compared"
