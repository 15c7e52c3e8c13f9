"""Windows without a screen, and a whole window on files and doors of the test's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from tests.desktop.ui.kit import Kit
from tests.desktop.ui.window_kit import WindowKit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def window_kit(tmp_path: Path, qapp: object, qtbot: object) -> Iterator[WindowKit]:
    """Give a window that is not shown yet; end its workers afterwards."""
    made = WindowKit(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app_kit(tmp_path: Path, qapp: object) -> Iterator[Kit]:
    """Give the workers and the files of a screen; end the workers afterwards."""
    made = Kit(tmp_path)
    yield made
    made.close()
