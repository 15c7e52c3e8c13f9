"""What every test shares: a folder of databases made once for the run."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from tests import made_once

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name a folder for this run, unless a longer run has one already; the workers of xdist inherit the name."""
    if made_once.VARIABLE not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="comptexpert-made-once-", ignore_cleanup_errors=True)
        os.environ[made_once.VARIABLE] = folder.name
        config.add_cleanup(folder.cleanup)
