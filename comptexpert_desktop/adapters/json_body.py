"""Read the JSON of an answer, whoever wrote it: measured before it is parsed, and plain data or nothing.

Numbers are finite and small enough for every layer above, texts can be encoded, nothing is nested out of reason:
what passes here can be sealed, stored, shown and printed.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

MAX_VALUES = 300_000
"""Members and items of one document; an object in memory takes some thirty times its bytes."""
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
"""The largest whole number that every reader of JSON knows exactly (RFC 8259)."""

_SEPARATORS = (b",", b"[", b"{")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read(content: bytes) -> Any:  # noqa: ANN401  (parsed by the callers)
    """Return the document; raises ValueError and nothing else."""
    if sum(map(content.count, _SEPARATORS)) > MAX_VALUES:
        raise ValueError("too many values")
    try:
        document = _DECODER.decode(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("too deep") from None
    _check_depth(document)
    if _SURROGATE.search(content):
        json.dumps(document, ensure_ascii=False).encode("utf-8")  # half of a pair cannot be encoded: a ValueError
    return document


def _integer(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise ValueError("number too large")
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number too large")
    return number


def _no_number(_name: str) -> NoReturn:
    raise ValueError("not a number")


def _check_depth(document: object) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise ValueError("too deep")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_no_number)
