"""The words of the fictitious registry: common names of the language, invented endings, towns."""

from __future__ import annotations

import itertools
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

HEAD = 6
STEEPNESS = 0.8


@lru_cache(maxsize=1)
def all_words() -> dict[str, list[Any]]:
    """Give the lists of words by name."""
    path = Path(__file__).resolve().parent / "sample_registry_words.json"
    lists: dict[str, list[Any]] = json.loads(path.read_text("utf-8"))
    return lists


@lru_cache(maxsize=8)
def falling(count: int) -> tuple[float, ...]:
    """Give cumulative weights that fall as names do: a few very common, many rare."""
    return tuple(itertools.accumulate(1 / (rank + HEAD) ** STEEPNESS for rank in range(count)))


@lru_cache(maxsize=1)
def all_towns() -> list[tuple[str, str, str]]:
    """Give the towns with their postal code and council."""
    return [(town, code, council) for town, code, council in all_words()["towns"]]
