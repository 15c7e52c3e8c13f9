"""More than a thousand generated queries: the local search gives what the plain reading of the contract gives."""

from __future__ import annotations

import random
import unicodedata
from types import SimpleNamespace

from comptexpert_desktop.domain.profile import PUBLIC_LISTS
from comptexpert_desktop.store.registry_snapshot import Directory
from tests.desktop.store.test_directory import ids, people, rows
from tests.fakes import an_entry
from tests.server.registry.oracle import MIN, Oracle, words_of

QUERIES = 1_200
HARD_NAMES = (
    ("Œuvrard-Le Goff", "Maëlys"),
    ("d’Øster", "Ŋalia"),
    ("de la Tour d'Auvergne", "Ève"),
    ("Cléacʼh", "Yann"),
    ("Straße", "Łukasz"),
    ("Legall", "Anne"),
    ("Le Gall", "Anne-Laure"),
    ("Mar\u00adtin", "Jean"),
    ("İsmet", "ısık"),
    ("Van der Van", "Van"),
    ("le", "la"),
    ("X Æ", "A-12"),
    ("Ferré 2", "Léo"),
    ("Ω-Mega", "Aï"),
    (unicodedata.normalize("NFD", "Éléonore-Bérénice"), "É"),
)
WAYS = (
    str.upper,
    str.casefold,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace(" ", "-").replace("'", "’"),
    lambda text: text.replace(" ", ""),
    lambda text: f"  {text.replace('-', ' ')} ",
    "\u200b".join,
)


def mistyped(text, chance):
    """Change, drop, add or swap a letter."""
    place = chance.randrange(max(1, len(text)))
    head, tail = text[:place], text[place:]
    letter = chance.choice("abcdelmnrtéœ '-")
    return chance.choice(
        [head + letter + tail, head + tail[1:], head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
    )


def queries(everyone, chance):
    """Draw distinct queries: beginnings, other writings, later parts, errors of typing, numbers, noise."""
    found = dict.fromkeys(["ma", "le", "de la", "le la", "œu", "77"])
    while len(found) < QUERIES:
        one = chance.choice(everyone)
        full = f"{one.surname} {one.given_name}"
        number = one.registration_number
        kinds = (
            full[: chance.randint(1, len(full))],
            chance.choice(WAYS)(full[: chance.randint(2, len(full))]),
            f"{one.surname[chance.randrange(len(one.surname)) :]} {one.given_name[:2]}",
            mistyped(one.surname[: chance.randint(3, max(3, len(one.surname)))], chance),
            f"{one.given_name} {one.surname}",
            number[: chance.randint(2, len(number))],
            " ".join(number[: chance.randint(3, 8)]),
            "".join(chance.choices("abcdelmnrté '-œ’ 12", k=chance.randint(1, 9))),
            chr(chance.choice((0x1F600, 0x202E, 0x5D0, 0x3B1, 0x301, 0xFB01))) + one.surname[:3],
        )
        query = chance.choice(kinds)
        if len("".join(words_of(query))) >= MIN:  # below, no list is shown
            found[query] = None
    return list(found)


def oracle_of(everyone, profile):
    """Give the server's oracle the people of one list: both sides answer to the same reading of the contract."""
    listed = (one for one in everyone if profile is None or one.list == profile)
    return Oracle(SimpleNamespace(**one._asdict(), id=one.entry_id) for one in listed)


def test_a_thousand_queries_and_more_are_answered_as_by_the_oracle(tmp_path):
    hard = [
        an_entry(surname, given_name=given, number=f"77{rank:010}")._replace(list=PUBLIC_LISTS[rank % 2].value)
        for rank, (surname, given) in enumerate(HARD_NAMES)
    ]
    everyone = [*people(200, seed=20), *hard]
    directory = Directory(tmp_path / "registry.db")
    directory.replace(rows=rows(everyone), version=1, generated_at="", server="s")
    chance = random.Random(20_262)
    oracles = {profile: oracle_of(everyone, profile) for profile in (None, *PUBLIC_LISTS)}
    asked = queries([*everyone, *hard * 4], chance)
    rows_found = 0
    for query in asked:
        profile = chance.choice([None, None, *PUBLIC_LISTS])
        expected = oracles[profile].find(query, limit=len(everyone))
        answer = directory.search(query, profile=profile, limit=20)
        assert (ids(answer), answer.has_more) == (expected[:20], len(expected) > 20), (query, profile)
        rows_found += len(answer.entries)
    directory.close()
    assert len(set(asked)) == len(asked) >= QUERIES
    assert rows_found > QUERIES, "most queries must find somebody, or nothing was compared"
