"""A signed-in application on files of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desktop.ui.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def app_kit(tmp_path: Path, qapp: object) -> Iterator[Kit]:
    """Give the workers and the files; end the workers afterwards."""
    made = Kit(tmp_path)
    yield made
    made.close()
