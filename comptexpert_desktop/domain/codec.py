"""Values written as documents and read back by their types: a field is named once, where it is declared."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def document(cls: type[T]) -> type[T]:
    """Mark a class that is read from documents: the annotations of its fields are looked up when the program runs."""
    return cls


def write(value: object) -> dict[str, Any]:
    """Write a dataclass as plain JSON data: days and times in ISO 8601, choices by their value, tuples as lists."""
    from msgspec import json  # noqa: PLC0415  start-up time: no window needs it before its first frame

    written: dict[str, Any] = json.decode(json.encode(value))
    return written


def read(cls: type[T], found: object) -> T:
    """Read a value of a class from plain JSON data.

    A field that is absent or null takes its default, and an unknown one is left out. Raises ValueError, which names the
    place, on anything else.
    """
    from msgspec import convert  # noqa: PLC0415  as above

    return convert(_without_nulls(found), type=cls)


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value
