"""A fictitious registry: invented people, the same for the same seed; no real list was read."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from comptexpert_server.registry.name_folding import fold
from comptexpert_server.rehearsal.sample_registry_words import all_towns, all_words, falling

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
LISTS = (
    ("expert_comptable", 700),
    ("trainee", 120),
    ("honorary", 60),
    ("agc_employee_83_ter", 30),
    ("memorialiste", 30),
    ("in_company", 30),
    ("agc_employee_83_quater", 15),
    ("cafcac_track", 15),
)
STATUSES = (("active", 985), ("struck_off", 10), ("suspended", 5))
WITHOUT_FIRM = frozenset(["honorary", "in_company", "cafcac_track"])
PEOPLE_A_FIRM = 2.4
FIRST_NUMBER = 140_000_000_000
NUMBER_STEP = 9_973
YOUNGEST = date(2001, 12, 31)
BIRTH_SPAN_DAYS = 55 * 365
NO_EMAIL_SHARE = 0.03
HYPHENATED, SPACED, WITH_PARTICLE, COMMON = 0.06, 0.08, 0.14, 0.60
"""Shares of the shapes of surnames, added up."""
HALF = 0.5
DOUBLE_GIVEN_NAME = 0.05


@dataclass(frozen=True, slots=True)
class FictitiousFirm:
    """An invented cabinet; its SIREN holds Luhn's key."""

    id: uuid.UUID
    siren: str
    name: str


@dataclass(frozen=True, slots=True)
class FictitiousPerson:
    """An invented person of the registry."""

    id: uuid.UUID
    registration_number: str
    surname: str
    given_name: str
    date_of_birth: date
    email: str
    list: str
    status: str
    council: str
    town: str
    postal_code: str
    firms: tuple[FictitiousFirm, ...]


def people(seed: int, *, count: int) -> Iterator[FictitiousPerson]:
    """Invent `count` people, with homonyms, compound names and particles as often as in life."""
    dice = random.Random(seed)  # noqa: S311 - the same people each time is the point
    firms = [firm(dice, rank=rank) for rank in range(max(1, int(count / PEOPLE_A_FIRM)))]
    for rank in range(count):
        yield _person(dice, rank=rank, firms=firms)


def firm(dice: random.Random, *, rank: int) -> FictitiousFirm:
    """Invent a cabinet."""
    surname = _common_surname(dice)
    name = _any(dice, "firm_names").format(name=surname, town=dice.choice(all_towns())[0])
    return FictitiousFirm(id=_uuid(dice), siren=siren(rank), name=name)


def siren(rank: int) -> str:
    """Give the SIREN of a rank: eight digits and Luhn's key."""
    digits = f"{90_000_000 + rank:08d}"
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def number(rank: int) -> str:
    """Give the registration number of a rank, far enough from the next."""
    return str(FIRST_NUMBER + rank * NUMBER_STEP + (rank * 7_919) % NUMBER_STEP)


def address(given_name: str, *, surname: str, rank: int) -> str:
    """Give an address that reaches nobody."""
    return f"{''.join(fold(given_name))}.{''.join(fold(surname))}{rank}@courrier.example"


def _person(dice: random.Random, *, rank: int, firms: list[FictitiousFirm]) -> FictitiousPerson:
    surname = _surname(dice)
    given_name = _given_name(dice)
    list_code = _weighted(dice, LISTS)
    town, postal_code, council = dice.choice(all_towns())
    chosen: tuple[FictitiousFirm, ...] = ()
    if list_code not in WITHOUT_FIRM:
        chosen = tuple({one.id: one for one in dice.choices(firms, k=_weighted(dice, ((1, 92), (2, 8))))}.values())
    return FictitiousPerson(
        id=_uuid(dice),
        registration_number=number(rank),
        surname=surname,
        given_name=given_name,
        date_of_birth=YOUNGEST - timedelta(days=dice.randrange(BIRTH_SPAN_DAYS)),
        email="" if dice.random() < NO_EMAIL_SHARE else address(given_name, surname=surname, rank=rank),
        list=list_code,
        status=_weighted(dice, STATUSES),
        council=council,
        town=town,
        postal_code=postal_code,
        firms=chosen,
    )


def _surname(dice: random.Random) -> str:
    shape = dice.random()
    if shape < HYPHENATED:
        return f"{_common_surname(dice)}-{_common_surname(dice)}"
    if shape < SPACED:
        return f"{_common_surname(dice)} {_common_surname(dice)}"
    if shape < WITH_PARTICLE:
        particle = _any(dice, "particles")
        return f"{particle}{'' if particle.endswith('’') else ' '}{_rare_surname(dice)}"
    return _common_surname(dice) if shape < COMMON else _rare_surname(dice)


def _common_surname(dice: random.Random) -> str:
    return _common(dice, "surnames")


def _rare_surname(dice: random.Random) -> str:
    """Build a surname that sounds French and stands in no list."""
    middle = _any(dice, "middles") if dice.random() < HALF else ""
    return (_any(dice, "beginnings") + middle + _any(dice, "endings")).capitalize()


def _given_name(dice: random.Random) -> str:
    first = _common(dice, "given_names")
    if dice.random() < DOUBLE_GIVEN_NAME:
        return f"{first}-{_any(dice, 'second_given_names')}"
    return first


def _weighted(dice: random.Random, choices: tuple[tuple[T, int], ...]) -> T:
    return dice.choices([value for value, _weight in choices], [weight for _value, weight in choices])[0]


def _uuid(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)


def _any(dice: random.Random, name: str) -> str:
    return str(dice.choice(all_words()[name]))


def _common(dice: random.Random, name: str) -> str:
    found = all_words()[name]
    return str(dice.choices(found, cum_weights=falling(len(found)))[0])
