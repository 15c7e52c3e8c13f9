"""What every test of the server needs: keys, mails and secrets in a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from comptexpert_server.accounts.seeding import fill
from comptexpert_server.config.keys import LazyPem

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def own_folder(settings: SettingsWrapper, tmp_path: Path, keys_folder: Path) -> Path:
    """Keep keys and mails of the tests out of the user's folder."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path)
    settings.EMAIL_URL = f"file://{tmp_path / 'mail'}"
    settings.OIDC_KEY = LazyPem(keys_folder, name="oidc.pem")
    settings.SIGNING_KEY = LazyPem(keys_folder, name="signing.pem")
    return tmp_path


@pytest.fixture
def crowd(db: None) -> None:
    """Fill the database with a small fictitious registry and the people of the rehearsal."""
    fill(entries=60, seed=1)
