"""The decision that the arguments of `decide` describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.domain.timestamps import optional_date
from comptexpert_desktop.errors import InvalidInput, Problem

if TYPE_CHECKING:
    import argparse
    from datetime import date

TEXTS = ("note", "rights", "grantor", "email")


def read(options: argparse.Namespace) -> Decision:
    """Return the decision; raises InvalidInput, with the argument at fault."""
    wrong = [Problem(name, "INVALID_INPUT") for name in TEXTS if not is_text(vars(options)[name])]
    if wrong:
        raise InvalidInput(wrong)
    rights = tuple(right for right in options.rights.split(",") if right)
    return Decision(
        Action(options.action),
        note=options.note,
        rights=rights or None,
        valid_from=read_day(options, "valid_from"),
        valid_until=read_day(options, "valid_until"),
        at=read_day(options, "at"),
        grantor=options.grantor,
        email=options.email,
    )


def read_day(options: argparse.Namespace, name: str) -> date | None:
    """Return the day that an argument names; None when it is not given. Raises InvalidInput."""
    try:
        return optional_date(vars(options)[name])
    except ValueError:
        raise InvalidInput([Problem(name, "DATE_INVALID")]) from None


def is_text(argument: str) -> bool:
    """Return whether an argument is text: bytes that are none come as halves of letters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in argument)
