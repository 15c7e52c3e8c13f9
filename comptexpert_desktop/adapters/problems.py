"""The members of a refusal (RFC 9457): each is kept when it is what its name says, and left out when it is not.

The code alone decides what happens next; what stands beside it only explains, and is shown, stored and printed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.documents import MALFORMED, flag, items, read_council, read_delegation, required_text

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_RETRY_AFTER = 24 * 60 * 60.0
"""Seconds; a server that asks for longer is asked again the next day."""
MAX_ITEMS = 500

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")


def read(document: Any) -> dict[str, Any] | None:  # noqa: ANN401  (parsed here)
    """Return the members that are understood; None when there is no code."""
    if not isinstance(document, dict) or not isinstance(document.get("code"), str):
        return None
    if _CODE.fullmatch(document["code"]) is None:
        return None
    found = {name: _read_member(name, value) for name, value in document.items() if name in _MEMBERS}
    return {name: value for name, value in found.items() if value is not None}


def seconds(value: object) -> float:
    """Return seconds to wait, within a day; raises TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("seconds")
    if value < 0:
        raise ValueError("seconds")
    return min(float(value), MAX_RETRY_AFTER)


def _read_member(name: str, value: object) -> object:
    try:
        return _MEMBERS[name](value)
    except MALFORMED:
        return None


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number")
    return value


def _wholes(value: object) -> list[int]:
    return [_whole(one) for one in items(value)[:MAX_ITEMS]]


def _texts(value: object) -> list[str]:
    return [required_text(one) for one in items(value)[:MAX_ITEMS]]


def _records(value: object) -> list[dict[str, str]]:
    """Read a list of small records, of which only the texts are kept."""
    return [
        {name: required_text(text) for name, text in one.items() if isinstance(text, str)}
        for one in items(value)[:MAX_ITEMS]
    ]


def _delegation(value: Any) -> object:  # noqa: ANN401  (parsed here)
    read_delegation(value)
    return value


def _council(value: Any) -> object:  # noqa: ANN401  (parsed here)
    read_council({"code": "", **value})
    return value


def _day(value: object) -> str:
    """Read a day, kept as its text."""
    return date.fromisoformat(required_text(value)).isoformat()


_MEMBERS: dict[str, Callable[[Any], object]] = {
    "applied": flag,
    "code": required_text,
    "council": _council,
    "current": _delegation,
    "detail": required_text,
    "errors": _records,
    "existing": required_text,
    "existing_status": required_text,
    "fault": required_text,
    "firms": _records,
    "from": _day,
    "instance": required_text,
    "invite": flag,
    "line": _whole,
    "lines": items,
    "list": required_text,
    "login_id": required_text,
    "masked_email": required_text,
    "missing": _wholes,
    "now": _delegation,
    "retry_after": seconds,
    "seen": required_text,
    "status": _whole,
    "suggestions": _texts,
    "title": required_text,
    "type": required_text,
}
"""`lines` of a refused import are read by whoever asked for it."""
