"""The documents of the API and of the local files, read by the types of what they say and within bounds.

Readers raise one of MALFORMED on what is not such a document; whoever reads a border turns these into its own error.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.catalogue import Catalogue
from comptexpert_desktop.domain.delegation import Delegation, Firm, Party
from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry
from comptexpert_desktop.domain.session import Me, OwnSession
from comptexpert_desktop.domain.timestamps import DAYS, YEARS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a document raises when it is not the one that was expected, its dates and numbers included."""

MAX_TEXT = 100_000
"""Letters; the longest text that the API describes has 2,000."""
MAX_NUMBER = 2**53 - 1

_NOT_A_LIST = "not a list"


def understood(read: Callable[[], T]) -> T | None:
    """Read what was kept on this machine; None, as if it were absent, when this version does not understand it."""
    try:
        return read()
    except MALFORMED:
        return None


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts; absent is empty."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise TypeError(_NOT_A_LIST)
    return tuple(required_text(item) for item in value)


def items(value: object) -> list[Any]:
    """Read a list; absent is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError(_NOT_A_LIST)
    return value


def text(value: object) -> str:
    """Read a text; absent is empty."""
    return "" if value is None else required_text(value)


def required_text(value: object) -> str:
    """Read a text; anything else is not turned into one."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    if len(value) > MAX_TEXT:
        raise ValueError("text too long")
    return value


def flag(value: object) -> bool:
    """Read yes or no; absent is no."""
    if value is not None and not isinstance(value, bool):
        raise TypeError("not yes or no")
    return bool(value)


def number(value: object) -> int:
    """Read a whole number that counts something."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a number")
    if not 0 <= value <= MAX_NUMBER:
        raise ValueError("number out of bounds")
    return value


def read_document(cls: type[T], document: object) -> T:
    """Read what a server said, or what was kept of it, by its type: absent or null is the default, unknown is left out.

    Texts, numbers and times are within the bounds that every system can show.
    """
    found = codec.read(cls, document)
    _check_bounds(found)
    return found


def read_entry(document: Mapping[str, Any]) -> RegistryEntry:
    """Read a line of the registry, told by the names of its members."""
    named = RegistryEntry._field_defaults | {name: one for name, one in document.items() if one is not None}
    return read_document(RegistryEntry, [named[name] for name in RegistryEntry._fields])


def read_council(document: Mapping[str, Any]) -> RegionalCouncil:
    """Read a Conseil régional."""
    return read_document(RegionalCouncil, document)


def read_firm(document: Mapping[str, Any]) -> Firm:
    """Read a cabinet."""
    return read_document(Firm, document)


def read_party(document: Mapping[str, Any]) -> Party:
    """Read one side of a delegation."""
    return read_document(Party, document)


def read_delegation(document: Mapping[str, Any]) -> Delegation:
    """Read a delegation."""
    return read_document(Delegation, document)


def read_me(document: Mapping[str, Any]) -> Me:
    """Read who is signed in; the server names a service `id`."""
    services = [{"service": one.get("id"), **one} for one in items(document.get("services"))]
    return read_document(Me, {**document, "services": services})


def read_session(document: Mapping[str, Any]) -> OwnSession:
    """Read a place where an account is signed in."""
    return read_document(OwnSession, {**document, "is_this_one": document.get("current")})


def read_catalogue(document: Mapping[str, Any]) -> Catalogue:
    """Read the services and their rights."""
    return read_document(Catalogue, document)


def _check_bounds(value: Any) -> None:  # noqa: ANN401  (any field)
    match value:
        case None | bool():
            pass
        case str():
            required_text(value)
        case int():
            number(value)
        case date():
            _check_time(value)
        case tuple():
            for one in value:
                _check_bounds(one)
        case dict():
            _check_bounds((*value, *value.values()))
        case _:
            _check_bounds(_members(value.__class__)(value))


def _check_time(value: date) -> None:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("no time zone")
    if value.year not in (YEARS if isinstance(value, datetime) else DAYS):
        raise ValueError("year")


@cache
def _members(cls: Any) -> Callable[[object], object]:  # noqa: ANN401  (any dataclass)
    """Return what reads every field of a class."""
    return attrgetter(*(field.name for field in fields(cls)))
