"""Workers on files and doors of the test's own."""

from __future__ import annotations

import pytest

from tests.desktop.ui.kit import Kit


@pytest.fixture
def app_kit(tmp_path, qapp):
    """Give the workers and the files; end the workers afterwards."""
    made = Kit(tmp_path)
    yield made
    made.close()
