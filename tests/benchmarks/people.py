"""Fictitious people for the benches: many surnames, a few of them very common, compounds, particles, accents."""

from __future__ import annotations

import random
from itertools import accumulate

STARTS = [
    "Mar",
    "Ber",
    "Le",
    "Du",
    "Gau",
    "Rou",
    "Fa",
    "Mou",
    "La",
    "Per",
    "Ché",
    "Bou",
    "Ri",
    "Gi",
    "Va",
    "Hé",
    "Œ",
    "Ca",
]
MIDDLES = [
    "ti",
    "na",
    "gar",
    "ran",
    "l'",
    "ven",
    "bre",
    "che",
    "mon",
    "si",
    "thié",
    "lle",
    "ge",
    "ça",
    "ro",
    "vi",
    "do",
    "ba",
]
ENDS = ["n", "rd", "t", "ne", "re", "au", "er", "ot", "on", "ault", "ier", "et", "eau", "ès", "in", "y", "el", "is"]
GIVEN = [
    "Jean",
    "Marie",
    "Anne-Laure",
    "Luc",
    "Zoé",
    "Éric",
    "Noël",
    "Inès",
    "Paul",
    "Léa",
    "Marc",
    "Aïcha",
    "Guy",
    "Ève",
]
TOWNS = ["Brest", "Lyon", "Nîmes", "Laval", "Metz", "Dole", "Albi", "Pau"]
COUNCILS = ["bretagne", "grand-est", "occitanie", "normandie"]
LISTS = ["expert_comptable"] * 17 + ["agc_employee_83_ter", "agc_employee_83_quater", "honorary"]


def surnames(count: int, *, random_source: random.Random) -> list[str]:
    """Draw surnames as they occur: the first is the most common."""
    pool = sorted({a + b + c for a in STARTS for b in MIDDLES for c in ENDS} | {a + c for a in STARTS for c in ENDS})
    random_source.shuffle(pool)
    pool = ["Martin", *pool]
    weights = list(accumulate(1 / (rank + 15) ** 0.88 for rank in range(len(pool))))
    drawn = random_source.choices(pool, cum_weights=weights, k=count)
    return [_dress(name, random_source) for name in drawn]


def _dress(name: str, random_source: random.Random) -> str:
    dice = random_source.random()
    if dice < 0.05:
        return f"{name}-{random_source.choice(STARTS)}{random_source.choice(ENDS)}"
    if dice < 0.08:
        return random_source.choice(["Le ", "de ", "D'", "de La "]) + name
    return name.upper() if dice < 0.2 else name


def rows(count: int, *, seed: int = 1) -> list[dict[str, str]]:
    """Make the lines of a snapshot."""
    source = random.Random(seed)
    return [
        {
            "entry_id": f"{number:08x}-0000-4000-8000-000000000000",
            "registration_number": f"{140000000000 + number * 7}",
            "surname": surname,
            "given_name": source.choice(GIVEN),
            "list": source.choice(LISTS),
            "council": source.choice(COUNCILS),
            "town": source.choice(TOWNS),
            "postal_code": f"{source.randrange(1000, 98000):05d}",
        }
        for number, surname in enumerate(surnames(count, random_source=source))
    ]


def keystrokes(people: list[dict[str, str]], *, count: int = 300, seed: int = 2) -> list[str]:
    """Draw what people type: the first one to eight letters of a surname, sometimes a given name too."""
    source = random.Random(seed)
    typed = []
    for person in source.sample(people, count):
        text = person["surname"][: source.randint(2, 8)]
        typed.append(text if source.random() < 0.8 else f"{person['surname']} {person['given_name'][:2]}")
    return typed
