"""Stores in a folder of their own, with a vault in memory."""

from __future__ import annotations

import pytest

from comptexpert_desktop.store.stores import Stores
from tests.fakes import FakeVault


@pytest.fixture
def vault():
    return FakeVault()


@pytest.fixture
def open_stores(tmp_path, vault):
    opened = []

    def open_them(*, server_url="http://127.0.0.1:8000"):
        opened.append(Stores(tmp_path / "data", server_url=server_url, vault=vault))
        return opened[-1]

    yield open_them
    for stores in opened:
        stores.close()
