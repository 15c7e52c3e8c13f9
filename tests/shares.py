"""The order in which workers of xdist take the tests: what is long begins early, one kind to a worker.

xdist gives each worker a first share of the list, a quarter of what would fall to it, and cuts what is left smaller and
smaller. The tests of a window or of a server in processes of its own share it within their file: cut small, they would
start it again and again. So each of their kinds opens a first share, and the list ends with what takes milliseconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

HERE: Final = Path(__file__).parent
OPENINGS: Final = (
    ("journeys",),
    ("at_spi", "contract", "house", "server/operations", "server/upgrades"),
    ("operations", "pages", "sites", "installers", "server/config"),
)
"""The folders whose tests open the first share of each worker."""
LIGHT: Final = ("desktop/domain",)
"""The folders whose tests take milliseconds: they have neither a window nor a database."""
PARTS: Final = 4
"""Into how many shares xdist would cut what falls to a worker."""


def spread(items: Sequence[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """Return the tests in the order in which they are handed out."""
    opening: list[list[pytest.Item]] = [[] for _ in OPENINGS]
    light: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        place = _place(item)
        rank = next((rank for rank, folders in enumerate(OPENINGS) if place.startswith(folders)), None)
        if rank is not None:
            opening[rank].append(item)
        else:
            (light if place.startswith(LIGHT) else others).append(item)
    size = len(items) // workers // PARTS
    handed_out: list[pytest.Item] = []
    for rank, share in enumerate(opening):
        filling = light if rank == 0 and light else others
        room = max(size - len(share), 0)
        handed_out += share + filling[:room]
        del filling[:room]
    return handed_out + others + light


def _place(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).as_posix() if item.path.is_relative_to(HERE) else ""
