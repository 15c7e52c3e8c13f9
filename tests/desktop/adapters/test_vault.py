"""Only a keyring that keeps secrets sealed is used, and every refusal of it has its meaning."""

from __future__ import annotations

import threading

import pytest
from keyring import errors
from keyring.backends import chainer, fail, null
from keyring.backends.libsecret import Keyring as Libsecret
from keyring.backends.SecretService import Keyring as SecretService

from comptexpert_desktop.adapters.vault import KeyringVault, choose, translated
from comptexpert_desktop.errors import VaultLocked, VaultUnavailable, VaultUnsafe


class Plaintext(null.Keyring):
    """A keyring that writes in the clear."""


Plaintext.__module__ = "keyrings.alt.file"


class Chain(chainer.ChainerBackend):
    backends = ()


Chain.__module__ = "keyring.backends.chainer"


def chain(*backends):
    made = Chain.__new__(Chain)
    made.backends = backends
    return made


def test_a_sealed_keyring_is_taken_wherever_it_stands():
    sealed = SecretService.__new__(SecretService)
    assert choose(sealed) is sealed
    assert choose(chain(Plaintext(), sealed)) is sealed
    assert isinstance(choose(Libsecret.__new__(Libsecret)), Libsecret)


@pytest.mark.parametrize("offered", [fail.Keyring(), null.Keyring(), chain(), chain(fail.Keyring())])
def test_no_keyring_is_said_to_be_absent(offered):
    with pytest.raises(VaultUnavailable, match="KEYRING_ABSENT"):
        choose(offered)


@pytest.mark.parametrize("offered", [Plaintext(), chain(Plaintext()), chain(fail.Keyring(), Plaintext())])
def test_a_keyring_in_the_clear_is_refused(offered):
    with pytest.raises(VaultUnsafe, match="KEYRING_UNSAFE"):
        choose(offered)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.KeyringLocked("locked"), VaultLocked),
        (errors.InitError("Failed to create the collection: Prompt dismissed.."), VaultLocked),
        (errors.InitError("no backend"), VaultUnavailable),
        (errors.NoKeyringError("none"), VaultUnavailable),
        (errors.KeyringError(-25293), VaultUnavailable),
        (errors.PasswordSetError("x"), VaultUnavailable),
        (errors.PasswordDeleteError("x"), VaultUnavailable),
        (FileNotFoundError("the bus is gone"), VaultUnavailable),
        (Exception(1783, "CredWrite"), VaultUnavailable),
        (VaultUnsafe(), VaultUnsafe),
    ],
)
def test_every_failure_of_the_keyring_is_one_of_ours(error, kind):
    assert isinstance(translated(error), kind)


class Scripted:
    """A keyring that does what a test says."""

    name = "Scripted"

    def __init__(self, act):
        self.act = act

    def get_password(self, service, username):
        return self.act()


def vault_on(act, *, timeout=5.0):
    vault = KeyringVault(timeout=timeout)
    vault._found = Scripted(act)
    return vault


def test_a_prompt_that_nobody_answers_is_a_locked_keyring():
    answered = threading.Event()
    vault = vault_on(lambda: answered.wait(30), timeout=0.05)
    with pytest.raises(VaultLocked):
        vault.read("a/b")
    answered.set()


def test_an_error_of_the_keyring_reaches_the_caller_as_ours():
    def act():
        raise errors.KeyringLocked("x")

    with pytest.raises(VaultLocked):
        vault_on(act).read("a/b")


def test_an_absent_secret_is_none():
    assert vault_on(lambda: None).read("a/b") is None
