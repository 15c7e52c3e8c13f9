"""A figure with its aim, and how samples become one."""

from __future__ import annotations

import statistics
import sys
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured value beside the value it must not exceed."""

    name: str
    value: float
    at_most: float
    unit: str = "×"
    detail: str = ""

    @property
    def is_held(self) -> bool:
        return self.value <= self.at_most

    def line(self) -> str:
        mark = "held " if self.is_held else "MISSED"
        return f"{mark} {self.name}: {self.value:.2f} {self.unit} (aim ≤ {self.at_most:g} {self.unit}) {self.detail}"


def median_and_min(samples: list[float]) -> str:
    """Word a list of seconds."""
    return f"{statistics.median(samples) * 1000:.1f} ms (min {min(samples) * 1000:.1f}, n={len(samples)})"


def percentile(samples: list[float], share: float) -> float:
    """Return the sample below which this share of them lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def say(text: str) -> None:
    """Tell progress without touching the figures."""
    sys.stderr.write(text + "\n")
