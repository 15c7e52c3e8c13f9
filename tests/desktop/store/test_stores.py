"""Which file holds what, and what happens to it while the vault is out of reach."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import VaultLocked, VaultUnavailable
from comptexpert_desktop.store import drafts
from tests.fakes import NOW

DRAFT = SignupDraft(id=DraftId("d1"), surname="Canary-Aubier", login_id="claire.aubier")


def saved(stores):
    drafts.save(stores.signups, draft=DRAFT, now=NOW)


def found(stores):
    return [draft.surname for file in stores.signup_files for draft in drafts.every(file)]


def keys_of_accounts(vault):
    return [name for name in vault.kept if not name.startswith("folder/")]


def traces(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_draft_survives_a_restart_and_cannot_be_read_from_the_disk(open_stores, tmp_path):
    stores = open_stores()
    saved(stores)
    stores.close()
    assert b"Canary" not in traces(tmp_path)
    assert found(open_stores()) == ["Canary-Aubier"]


def test_one_key_serves_every_run(open_stores, vault):
    saved(open_stores())
    saved(open_stores())
    assert [name for name in vault.kept if name.endswith("/this-user")] == [next(iter(vault.kept))]


def test_without_a_vault_a_draft_stays_in_memory_and_that_is_said(open_stores, vault, tmp_path):
    vault.failure = VaultUnavailable()
    stores = open_stores()
    saved(stores)
    assert found(stores) == ["Canary-Aubier"]
    assert stores.vault_code == "KEYRING_ABSENT"
    assert stores.signups.in_memory
    stores.close()
    assert b"Canary" not in traces(tmp_path)
    assert found(open_stores()) == []


def test_what_was_kept_in_memory_goes_to_disk_once_the_vault_opens(open_stores, vault):
    vault.failure = VaultLocked()
    stores = open_stores()
    saved(stores)
    with pytest.raises(VaultLocked):
        stores.unlock()
    vault.failure = None
    stores.unlock()
    assert stores.vault_code == ""
    stores.close()
    assert found(open_stores()) == ["Canary-Aubier"]


def test_drafts_sealed_under_a_lost_key_are_left_out(open_stores, vault):
    saved(open_stores())
    vault.kept.clear()
    assert found(open_stores()) == []


def test_a_key_that_is_no_key_is_refused_not_replaced(open_stores, vault):
    saved(open_stores())
    name = next(iter(vault.kept))
    vault.kept[name] = b"AAAA"
    stores = open_stores()
    assert found(stores) == []
    assert stores.vault_code == "KEYRING_UNREADABLE"
    assert vault.kept[name] == b"AAAA"


def test_requiring_the_vault_raises_its_refusal(open_stores, vault):
    vault.failure = VaultLocked()
    with pytest.raises(VaultLocked):
        open_stores().require_vault()


def test_an_account_is_found_again_and_belongs_to_its_server(open_stores):
    stores = open_stores()
    stores.accounts.begin("account-1", login_id="claire.aubier").set_secret("refresh", "value")
    stores.close()
    again = open_stores()
    assert again.account.secret("refresh") == "value"
    (known,) = again.accounts.known()
    assert (known.account_id, known.login_id, known.is_current) == ("account-1", "claire.aubier", True)
    assert again.accounts.holds_key("account-1", server=known.server)
    assert open_stores(server_url="https://other.example").account is None


def test_one_account_id_on_two_servers_has_two_files(open_stores):
    open_stores().accounts.begin("account-1", login_id="claire.aubier").set_meta("cursor", "12")
    other = open_stores(server_url="https://other.example")
    assert other.accounts.begin("account-1", login_id="claire.aubier").meta("cursor") == ""


def test_another_account_has_another_file_and_another_key(open_stores, vault):
    stores = open_stores()
    stores.accounts.begin("account-1", login_id="claire.aubier").set_meta("cursor", "12")
    second = stores.accounts.begin("account-2", login_id="paul.marchand")
    assert second.meta("cursor") == ""
    assert len(keys_of_accounts(vault)) == 2
    assert [known.is_current for known in stores.accounts.known()] == [False, True]


def test_an_account_without_a_vault_lives_in_memory(open_stores, vault):
    vault.failure = VaultLocked()
    stores = open_stores()
    file = stores.accounts.begin("account-1", login_id="claire.aubier")
    file.set_secret("refresh", "value")
    assert file.in_memory
    assert file.secret("refresh") == "value"
    stores.close()
    assert open_stores().account is None


def test_a_locked_vault_leaves_the_account_there_with_its_plain_columns(open_stores, vault):
    stores = open_stores()
    stores.accounts.begin("account-1", login_id="claire.aubier").set_meta("cursor", "12")
    stores.close()
    vault.failure = VaultLocked()
    again = open_stores()
    assert again.account.meta("cursor") == "12"
    assert not again.account.is_open
    vault.failure = None
    again.unlock()
    assert again.account.is_open


def test_ending_an_account_can_destroy_its_file_and_its_key(open_stores, vault, tmp_path):
    stores = open_stores()
    stores.accounts.begin("account-1", login_id="claire.aubier")
    stores.accounts.end(keeps=lambda _file: True)
    assert stores.account is None
    assert len(list((tmp_path / "data" / "accounts").glob("*.db"))) == 1
    stores.accounts.begin("account-1", login_id="claire.aubier")
    stores.accounts.end(keeps=lambda _file: False)
    assert list((tmp_path / "data" / "accounts").iterdir()) == []
    assert keys_of_accounts(vault) == []
    assert stores.accounts.known() == []


def test_two_programs_never_turn_at_once(open_stores):
    one, other = open_stores(), open_stores()
    assert one.turn_lock.try_take()
    assert not one.turn_lock.try_take()
    assert not other.turn_lock.try_take()
    one.turn_lock.release()
    assert other.turn_lock.try_take()
