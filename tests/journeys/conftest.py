"""Journeys come first: a journey is told by its tests in their order, and the first share of tests goes to one worker whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

HERE = f"{Path(__file__).parent}{os.sep}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the journeys before the other tests, and leave every other order as it is."""
    items.sort(key=lambda item: not str(item.path).startswith(HERE))
