"""What is sealed stays sealed, and where it was put."""

from __future__ import annotations

import pytest

from comptexpert_desktop.errors import SealBroken, VaultLocked, VaultUnavailable
from comptexpert_desktop.store.account_file import PrivateFile
from comptexpert_desktop.store.encryption import Cipher, new_key

PLACE = {"account": "a", "kind": "draft", "name": "1"}


def test_a_document_comes_back():
    cipher = Cipher(new_key())
    assert cipher.unseal(cipher.seal({"né": "1975"}, **PLACE), **PLACE) == {"né": "1975"}


def test_nothing_of_it_can_be_read():
    assert b"1975" not in Cipher(new_key()).seal({"born": "1975"}, **PLACE)


def test_the_same_document_is_never_sealed_twice_alike():
    cipher = Cipher(new_key())
    assert cipher.seal({}, **PLACE) != cipher.seal({}, **PLACE)


@pytest.mark.parametrize("moved", [{"account": "b"}, {"kind": "payload"}, {"name": "2"}])
def test_a_row_that_was_moved_is_refused(moved):
    cipher = Cipher(new_key())
    with pytest.raises(SealBroken, match="STORE_KEY_LOST"):
        cipher.unseal(cipher.seal({}, **PLACE), **(PLACE | moved))


def test_another_key_and_a_changed_byte_are_refused():
    cipher = Cipher(new_key())
    sealed = cipher.seal({"a": 1}, **PLACE)
    with pytest.raises(SealBroken):
        Cipher(new_key()).unseal(sealed, **PLACE)
    with pytest.raises(SealBroken):
        cipher.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), **PLACE)
    with pytest.raises(SealBroken):
        cipher.unseal(b"", **PLACE)


def test_a_file_without_its_key_says_why_and_keeps_its_plain_columns(tmp_path):
    file = PrivateFile(tmp_path / "f.db", account="a", cipher=VaultLocked())
    file.set_meta("cursor", "12")
    assert file.meta("cursor") == "12"
    assert not file.is_open
    with pytest.raises(VaultLocked):
        file.set_secret("refresh", "value")
    file.refuse(VaultUnavailable())
    with pytest.raises(VaultUnavailable):
        file.cipher()
    file.close()


def test_secrets_leave_no_trace_once_dropped(tmp_path):
    cipher = Cipher(new_key())
    path = tmp_path / "f.db"
    file = PrivateFile(path, account="a", cipher=cipher)
    file.set_secret("refresh", "value")
    sealed = bytes(file.database.one("SELECT sealed FROM secret")["sealed"])
    assert file.secret("refresh") == "value"
    file.drop_secrets()
    assert file.secret("refresh") == ""
    traces = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert sealed not in traces
    file.close()
