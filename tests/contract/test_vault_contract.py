"""What the application relies on, true of the fake keyring and of a real Secret Service alike."""

from __future__ import annotations

import pytest

from comptexpert_desktop.adapters.vault import KeyringVault
from tests.fakes import FakeVault, new_uuid


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.secretservice)])
def vault(request):
    return FakeVault() if request.param == "fake" else KeyringVault()


@pytest.fixture
def name(vault):
    made = f"{new_uuid()}/account"
    yield made
    vault.delete(made)


def test_a_secret_comes_back_until_it_is_deleted(vault, name):
    assert vault.read(name) is None
    vault.write(name, b"QUJD")
    assert vault.read(name) == b"QUJD"
    vault.write(name, b"REVG")
    assert vault.read(name) == b"REVG"
    vault.delete(name)
    assert vault.read(name) is None


def test_deleting_what_is_not_there_is_nothing(vault, name):
    vault.delete(name)


def test_each_name_has_its_own_secret(vault, name):
    other = f"{name}-2"
    vault.write(name, b"QUJD")
    assert vault.read(other) is None


def test_the_keyring_has_a_name_for_people(vault):
    assert vault.backend()
