"""A value for each field of a type, unlike its default, and another one: for tests that walk the fields."""

from __future__ import annotations

import builtins
import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import Enum


def a_value(kind, name):
    """Make a value of a type that is not its default."""
    arguments = typing.get_args(kind)
    match typing.get_origin(kind):
        case typing.Union | types.UnionType:
            made = a_value(next(one for one in reversed(arguments) if one is not type(None)), name)
        case builtins.dict:
            made = {f"a-{name}": f"of-{name}"}
        case builtins.tuple:
            made = (a_value(arguments[0], name),)
        case _:
            made = a_plain_value(kind.__supertype__ if isinstance(kind, typing.NewType) else kind, name)
    return made


FORMED = {"review_on": "05-04"}
"""Texts that have a form of their own."""


def a_plain_value(kind, name):
    """Make a value of a class."""
    if dataclasses.is_dataclass(kind):
        return an_example(kind)
    if issubclass(kind, tuple):
        return kind(*(f"{name}-{field}" for field in kind._fields))
    if issubclass(kind, Enum):
        return list(kind)[-1]
    made = {
        str: FORMED.get(name, f"a-{name}"),
        int: 7,
        bool: True,
        date: date(2026, 5, 4),
        datetime: datetime(2026, 5, 4, tzinfo=UTC),
    }
    return made[kind]


def an_example(cls):
    """Make a value of a class whose every field is unlike its default."""
    hints = typing.get_type_hints(cls)
    made = {field.name: a_value(hints[field.name], field.name) for field in dataclasses.fields(cls)}
    like_default = {field.name for field in dataclasses.fields(cls) if made[field.name] == field.default}
    return cls(**{name: another(value) if name in like_default else value for name, value in made.items()})


def another(value):
    """Make another value of the type of one."""
    match value:
        case Enum():
            made = next(one for one in type(value) if one is not value)
        case bool():
            made = not value
        case int():
            made = value + 1
        case date():
            made = value.replace(day=9)
        case str():
            made = f"{value}-other"
        case tuple():
            made = type(value)(*map(another, value)) if hasattr(value, "_fields") else ()
        case _:
            made = None
    return made
