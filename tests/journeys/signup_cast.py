"""Who signs up in the journeys: each way of signing up, and a person of the registry for each outcome on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.profile import REGISTRY_PROFILES, OtherKind, Profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BORN = "1984-02-29"
WRONG_DAY = "01/03/1984"
RIGHT_DAY = "29/02/1984"
FREE_TRIES = 5
COUNCIL = "Conseil régional Bretagne"
"""Who is named to a person whom the Conseil régional alone can help."""


@dataclass(frozen=True)
class Way:
    """A profile, with what tells its branches apart."""

    name: str
    profile: Profile
    kind: OtherKind | None = None
    in_registry: bool = True

    @property
    def list(self) -> str:
        """The list of the registry on which its people stand."""
        return Profile.EXPERT_COMPTABLE if self.profile is Profile.AGC_HEAD else self.profile


REGISTRY_WAYS = (
    *(Way(profile.value, profile) for profile in REGISTRY_PROFILES),
    Way("agc_head_expert", Profile.AGC_HEAD),
)
OTHER_WAYS = (
    Way("agc_head_not_expert", Profile.AGC_HEAD, in_registry=False),
    *(Way(f"other_{kind.value}", Profile.OTHER, kind, in_registry=False) for kind in OtherKind),
)
WAYS = {way.name: way for way in (*REGISTRY_WAYS, *OTHER_WAYS)}

SURNAMES = {
    "SENT": "Zabulon",
    "REG_NO_EMAIL": "Zacharel",
    "REG_DOB_MISMATCH": "Zadigueur",
    "REG_TOO_MANY_TRIES": "Zafiran",
    "REG_PROFILE_MISMATCH": "Zagorel",
    "REG_ALREADY_BOUND": "Zalembert",
    "REG_STRUCK_OFF": "Zamponi",
    "ID_TAKEN": "Zanzibault",
    "ACT_EXPIRED": "Zaporel",
    "ACT_ALREADY_DONE": "Zaquelin",
    "NET_OFFLINE": "Zarzuel",
    "SERVER_FAULT": "Zathurin",
    "ANY": "Zavattero",
}
"""One for each outcome that depends on who the person is, or that uses an entry up."""


@dataclass(frozen=True)
class Person:
    """One entry of the registry, or somebody whom no registry knows."""

    surname: str
    given_name: str
    number: str
    email: str


def person(way: Way, *, outcome: str) -> Person:
    """Give the person of a way who meets this outcome; their name is theirs alone."""
    case = outcome if outcome in SURNAMES else "ANY"
    rank = list(WAYS).index(way.name)
    place = list(SURNAMES).index(case)
    email = f"{case}.{way.name}@rehearsal.example".lower().replace("_", "-")
    return Person(f"{SURNAMES[case]}-{_LETTERS[rank]}", "Alix", f"77{rank:04}{place:06}", email)


def login_id(way: Way, *, outcome: str) -> str:
    """Give an identifiant that no other journey uses."""
    return f"{outcome.lower().replace('_', '')[:16]}.{_LETTERS[list(WAYS).index(way.name)].lower()}"


def people() -> list[dict[str, object]]:
    """Describe everybody as `import-registry` reads them."""
    return [_line(way, outcome=outcome) for way in REGISTRY_WAYS for outcome in SURNAMES]


def guess_the_date(ask: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    """Guess a date of birth in the application as often as it is free to."""
    for _ in range(FREE_TRIES):
        assert ask(date_of_birth="1950-01-01")[1]["code"] == "REG_DOB_MISMATCH"


def let_link_expire(database: Path, *, login_id: str) -> None:
    """Make the activation link of a sign-up three days old, in the SQLite file of a server."""
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        changed = connection.execute(
            "UPDATE accounts_signup SET link_sent_at = datetime(link_sent_at, '-72 hours'),"
            " created_at = datetime(created_at, '-72 hours') WHERE login_id = ?",
            (login_id,),
        ).rowcount
    assert changed == 1


def _line(way: Way, *, outcome: str) -> dict[str, object]:
    who = person(way, outcome=outcome)
    elsewhere = Profile.TRAINEE if way.list == Profile.HONORARY else Profile.HONORARY
    return {
        "registration_number": who.number,
        "surname": who.surname,
        "given_name": who.given_name,
        "date_of_birth": BORN,
        "email": "" if outcome == "REG_NO_EMAIL" else who.email,
        "list": elsewhere if outcome == "REG_PROFILE_MISMATCH" else way.list,
        "status": "struck_off" if outcome == "REG_STRUCK_OFF" else "active",
        "council": "bretagne",
        "town": "Rennes",
        "postal_code": "35000",
        "firms": [],
    }


_LETTERS = (
    "Dubourg",
    "Ferlet",
    "Gaudry",
    "Hamel",
    "Josset",
    "Kerloc",
    "Lormeau",
    "Morvan",
    "Nicolet",
    "Ollier",
    "Perrin",
    "Quenard",
    "Roussel",
    "Sorbier",
)
"""A second name for each way: nobody is found under another's name."""
