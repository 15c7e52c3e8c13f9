"""What every test shares: a folder of databases made once for the run, and a heap that is not searched again and again."""

from __future__ import annotations

import gc
import os
import tempfile

import pytest

from tests import made_once


def pytest_configure(config: pytest.Config) -> None:
    """Name a folder for this run, unless a longer run has one already; the workers of xdist inherit the name."""
    if made_once.VARIABLE not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="comptexpert-made-once-", ignore_cleanup_errors=True)
        os.environ[made_once.VARIABLE] = folder.name
        config.add_cleanup(folder.cleanup)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the modules and the tests out of each later garbage collection: they live as long as the process."""
    gc.collect()
    gc.freeze()
