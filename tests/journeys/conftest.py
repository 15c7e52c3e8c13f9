"""Journeys come first: a journey is told by its tests in their order, and the first share of tests goes to one worker whole."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = f"{Path(__file__).parent}{os.sep}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the journeys before the other tests, and leave every other order as it is."""
    items.sort(key=lambda item: not str(item.path).startswith(HERE))


@pytest.fixture(scope="module")
def folder_on_disk() -> Iterator[Path]:
    """Give a folder whose names Qt's file dialog takes: below `/dev`, where folders in memory are, it takes none."""
    place = "/tmp" if sys.platform == "linux" else None
    with tempfile.TemporaryDirectory(prefix="ce-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
