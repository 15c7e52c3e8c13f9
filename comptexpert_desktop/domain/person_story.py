"""What a register says of one person: the lines about their rights and their place in the cabinet, up to a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.timestamps import from_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from comptexpert_desktop.domain.register import Register

_RIGHTS, _MEMBER = "delegation.", "member."


def lines_about(register: Register, *, person_id: str, day: date) -> tuple[dict[str, Any], ...]:
    """Return the lines about a person up to the end of a day in France, oldest first.

    A right that was promised to an address before its holder had an account is theirs from its first line on. Raises
    what reading a malformed document raises.
    """
    until = [line for line in register.lines if day_in_france(from_text(str(line["at"]))) <= day]
    mine = {str(line["object_id"]) for line in until if _is_of(line, person_id)}
    return tuple(line for line in until if _is_about(line, person_id, rights=mine))


def _is_of(line: Mapping[str, Any], person_id: str) -> bool:
    """Tell whether a line names a person as the holder of a right."""
    return str(line["action"]).startswith(_RIGHTS) and str(line["data"].get("grantee") or "") == person_id


def _is_about(line: Mapping[str, Any], person_id: str, *, rights: set[str]) -> bool:
    action, number = str(line["action"]), str(line["object_id"])
    return (action.startswith(_RIGHTS) and number in rights) or (action.startswith(_MEMBER) and number == person_id)
