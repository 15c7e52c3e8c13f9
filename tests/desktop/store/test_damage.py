"""File by file: damaged, newer, missing, empty, emptied, replaced. What can be saved is, what is lost is counted."""

from __future__ import annotations

import os
import random
import sqlite3

import pytest

from comptexpert_desktop.domain.commands import Ask
from comptexpert_desktop.domain.file_trouble import LOST, SALVAGED, UNREADABLE
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.errors import SealBroken, StoreDamaged, StoreError
from comptexpert_desktop.store import drafts, outbox, salvage
from comptexpert_desktop.store.page_reader import read_rows
from tests.fakes import NOW, new_uuid
from tests.fakes_wire import call_of

PAGE = 4096


def queue(file, outbox_id, *, size=200):
    request = Ask("jesignexpert", ("prepare",), "entry-1", "x" * size)
    outbox.add(file, request, outbox_id=outbox_id, subject="", now=NOW)


def fill(open_stores, *, number=40):
    """Put entries in both files, and close them; returns the ids by name of the file."""
    stores = open_stores()
    account = stores.accounts.begin("account-1", login_id="claire.aubier")
    account.set_secret("refresh", "session")
    drafts.save(stores.signups, draft=SignupDraft(id=DraftId("d1"), surname="Aubier"), now=NOW)
    made = {}
    for file in (account, stores.signups):
        made[file.name] = {new_uuid() for _ in range(number)}
        for rank, outbox_id in enumerate(sorted(made[file.name])):
            queue(file, outbox_id, size=9000 if rank == 7 else 200)
    stores.close()
    return made


def path_of(folder, name):
    return folder / "data" / name if name == "signup.db" else folder / "data" / "accounts" / name


def listed(stores):
    """Every entry that a person sees, by name of its file."""
    return {file.name: {one.id for one in outbox.every(file)} for file in stores.files}


def readable(stores):
    """Every entry whose content can still be read, by name of its file."""
    return {
        file.name: {one for one in ids if can_be_read(file, one)}
        for file, ids in zip(stores.files, listed(stores).values(), strict=True)
    }


def can_be_read(file, outbox_id):
    try:
        return bool(call_of(outbox.command_of(file, outbox_id=outbox_id)))
    except SealBroken:
        return False


def spoil(path, *, page):
    content = bytearray(path.read_bytes())
    content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    path.write_bytes(content)


def names(made):
    return ["signup.db", next(name for name in made if name != "signup.db")]


@pytest.mark.parametrize("which", [0, 1])
def test_the_rows_of_a_sound_file_are_read_page_by_page_as_sqlite_reads_them(open_stores, tmp_path, which):
    made = fill(open_stores)
    path = path_of(tmp_path, names(made)[which])
    with sqlite3.connect(path) as connection:
        expected = set(connection.execute("SELECT * FROM outbox"))
    connection.close()
    assert expected <= set(read_rows(path))


def test_what_a_write_ahead_log_committed_is_read_and_what_it_did_not_is_not(tmp_path):
    path = tmp_path / "file.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;")
    connection.execute("INSERT INTO t VALUES ('kept')")
    log = path.with_name("file.db-wal")
    whole = log.read_bytes()
    connection.execute("INSERT INTO t VALUES ('cut')")
    cut = log.read_bytes()[:-100]
    main = path.read_bytes()
    connection.close()
    path.write_bytes(main)
    for content, expected in ((whole, True), (cut, True), (whole[:-PAGE], False)):
        log.write_bytes(content)
        rows = set(read_rows(path))
        assert ((("kept",) in rows), (("cut",) in rows)) == (expected, False)


@pytest.mark.parametrize("which", [0, 1])
def test_one_damaged_page_costs_what_stood_on_it_and_stops_nothing_else(open_stores, tmp_path, which):
    made = fill(open_stores)
    name, other = names(made)[which], names(made)[1 - which]
    path = path_of(tmp_path, name)
    sound = path.read_bytes()
    for page in range(len(sound) // PAGE):
        for aside in salvage.aside_of(path):
            aside.unlink()
        path.write_bytes(sound)
        spoil(path, page=page)
        stores = open_stores()
        found = stores.attempt(readable)
        assert found[other] == made[other]
        lost = made[name] - found[name]
        unread = lost & stores.attempt(listed)[name]
        assert len(lost) <= 16, f"page {page}"
        if salvage.aside_of(path):
            (trouble,) = stores.file_troubles()
            assert (trouble.code, trouble.kept, trouble.file) == (SALVAGED, len(found[name] | unread), name)
            assert trouble.lost == len(lost - unread), f"page {page}"
        else:
            assert lost == unread
        stores.delete_troubles()
        stores.close()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("damage", ["header", "half", "garbage", "log alone"])
def test_what_is_left_of_a_file_is_saved(open_stores, tmp_path, which, damage):
    made = fill(open_stores)
    name, other = names(made)[which], names(made)[1 - which]
    path = path_of(tmp_path, name)
    content = path.read_bytes()
    if damage == "header":
        path.write_bytes(bytes(100) + content[100:])
    elif damage == "half":
        path.write_bytes(content[: len(content) // 2 + 777])
    elif damage == "garbage":
        path.write_bytes(b"garbage" * 1000)
    else:
        keeper = open_stores()
        later = new_uuid()
        queue(keeper.signups if which == 0 else keeper.account, later)
        log = path.with_name(path.name + "-wal").read_bytes()
        keeper.close()
        path.write_bytes(b"")
        path.with_name(path.name + "-wal").write_bytes(log)
        made[name] = {later}
    stores = open_stores()
    found = stores.attempt(readable)
    assert found[other] == made[other]
    floor = {"header": 30, "half": 1, "garbage": 0, "log alone": 1}[damage]
    assert len(found.get(name, set()) & made[name]) >= floor
    assert [one.code for one in stores.file_troubles()][:1] == [UNREADABLE if damage == "garbage" else SALVAGED]
    assert stores.account is not None or which == 0
    queue(stores.signups, new_uuid())


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_an_account_file_that_is_gone_is_lost_and_never_new(open_stores, tmp_path, how):
    made = fill(open_stores)
    path = path_of(tmp_path, names(made)[1])
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"")
    stores = open_stores()
    assert stores.attempt(readable) == {"signup.db": made["signup.db"], path.name: set()}
    assert [(one.code, one.file) for one in stores.file_troubles()] == [(LOST, path.name)]
    stores.close()
    assert [one.code for one in open_stores().file_troubles()] == [LOST]


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_without_the_file_of_sign_ups_the_keys_of_the_accounts_are_found_again(open_stores, tmp_path, how):
    made = fill(open_stores)
    account = names(made)[1]
    path = path_of(tmp_path, "signup.db")
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"")
    stores = open_stores()
    stores.attempt(lambda opened: opened.signups)
    assert [(one.code, one.file) for one in stores.file_troubles()] == [(LOST, "signup.db")]
    stores.accounts.begin("account-1", login_id="claire.aubier")
    assert stores.attempt(readable)[account] == made[account]


def test_without_any_account_the_vault_tells_which_keys_are_those_of_this_folder(open_stores, vault, tmp_path):
    stores = open_stores()
    queue(stores.signups, new_uuid())
    stores.close()
    keys = set(vault.kept)
    (tmp_path / "data" / "signup.db").unlink()
    again = open_stores()
    assert again.signups.is_open
    assert set(vault.kept) == keys
    assert [one.code for one in again.file_troubles()] == [LOST]


def test_a_first_start_and_a_sign_out_are_no_loss(open_stores):
    stores = open_stores()
    stores.accounts.begin("account-1", login_id="claire.aubier")
    stores.accounts.end(keeps=lambda _file: False)
    stores.accounts.begin("account-1", login_id="claire.aubier")
    assert stores.file_troubles() == ()


def make_newer(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def put_a_folder_in_the_way(path):
    path.unlink()
    path.mkdir()


def put_a_link_in_the_way(path):
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


def put_a_pipe_in_the_way(path):
    path.unlink()
    os.mkfifo(path)


def give_away(path):
    os.chown(path, 12345, -1)


@pytest.mark.parametrize(
    ("spoil_it", "code"),
    [
        (make_newer, "STORE_TOO_NEW"),
        (put_a_folder_in_the_way, "STORE_NOT_A_FILE"),
        (put_a_pipe_in_the_way, "STORE_NOT_A_FILE"),
        (put_a_link_in_the_way, "STORE_LINK"),
        pytest.param(
            give_away,
            "STORE_OWNER",
            marks=pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away"),
        ),
    ],
)
def test_a_file_of_an_account_that_cannot_be_used_stops_no_sign_up_and_no_other_account(
    open_stores, tmp_path, spoil_it, code
):
    made = fill(open_stores)
    path = path_of(tmp_path, names(made)[1])
    spoil_it(path)
    stores = open_stores()
    assert stores.attempt(readable) == {"signup.db": made["signup.db"]}
    assert [(one.code, one.file) for one in stores.file_troubles()] == [(code, path.name)]
    with pytest.raises(StoreError, match=code):
        stores.accounts.begin("account-1", login_id="claire.aubier")
    assert stores.accounts.begin("account-2", login_id="paul.marchand").is_open


def test_another_keyring_for_a_day_costs_nothing_once_the_first_is_back(open_stores, vault, tmp_path):
    made = fill(open_stores)
    account = names(made)[1]
    first, vault.kept = vault.kept, {}
    away = open_stores()
    assert readable(away) == {"signup.db": set(), account: set()}
    later = new_uuid()
    queue(away.signups, later)
    away.close()
    vault.kept = first
    again = open_stores()
    assert readable(again) == made
    assert listed(again)["signup.db"] == made["signup.db"] | {later}
    assert again.account.secret("refresh") == "session"


def test_every_file_is_read_by_the_check_and_named(open_stores, tmp_path):
    made = fill(open_stores)
    for path in salvage.files_below(tmp_path / "data"):
        salvage.check(path)
    path = path_of(tmp_path, names(made)[1])
    spoil(path, page=len(path.read_bytes()) // PAGE // 2)
    with pytest.raises(StoreDamaged):
        salvage.check(path)


def test_erasing_an_account_takes_what_was_put_aside_with_it(open_stores, tmp_path):
    made = fill(open_stores)
    path = path_of(tmp_path, names(made)[1])
    path.write_bytes(b"garbage" * 1000)
    stores = open_stores()
    assert stores.account is not None
    assert salvage.aside_of(path) != []
    stores.accounts.erase("account-1", server="http://127.0.0.1:8000")
    assert salvage.aside_of(path) == []
    assert [one.file for one in stores.file_troubles()] == []
