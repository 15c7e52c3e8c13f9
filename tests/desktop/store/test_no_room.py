"""On a full or read-only disk what is kept is read, and what cannot be kept is said by name."""

from __future__ import annotations

import errno
import resource
from contextlib import contextmanager

import pytest

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.store import file_lock
from comptexpert_desktop.store.file_lock import FileLock
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.support import local_files, status
from tests.desktop.store.test_shared_files import queue
from tests.fakes import new_uuid

SMALLER_THAN_ANY_LOG = 16_384


@contextmanager
def no_room():
    """Let no file of this process grow: SQLite cannot make what it needs beside a database."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALLER_THAN_ANY_LOG, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def kept(open_stores):
    """An entry in each file, and everything closed."""
    stores = open_stores()
    account = stores.accounts.begin("account-1", login_id="claire.aubier")
    row = {"entry_id": "a", "surname": "Aubier", "given_name": "Claire", "list": "expert_comptable"}
    stores.directory.replace(rows=[row], version=3, generated_at="2026-03-12T09:30:00+00:00", server="s")
    made = {new_uuid(), new_uuid()}
    for file, outbox_id in zip((account, stores.signups), sorted(made), strict=True):
        queue(file, outbox_id)
    stores.close()
    return made


def test_without_room_everything_is_read_and_a_write_is_refused_by_name(open_stores, kept):
    with no_room():
        stores = open_stores()
        assert {entry.id for entry in stores.attempt(outbox.entries)} == kept
        assert stores.attempt(status.summary).is_signed_in
        found = stores.directory.search("aubier", profile=Profile.EXPERT_COMPTABLE, limit=5)
        assert [entry.given_name for entry in found.entries] == ["Claire"]
        with pytest.raises(StoreError, match="STORE_FULL"):
            queue(stores.signups, new_uuid())
    later = new_uuid()
    stores.attempt(lambda opened: queue(opened.signups, later))
    stores.close()
    assert {entry.id for entry in open_stores().attempt(outbox.entries)} == kept | {later}


def test_a_full_disk_is_named_by_the_check_although_all_can_be_read(open_stores, kept, tmp_path):
    local_files.check(tmp_path / "data")
    with no_room(), pytest.raises(StoreError) as caught:
        local_files.check(tmp_path / "data")
    assert (caught.value.code, caught.value.data["file"]) == ("STORE_FULL", "data")
    assert not list((tmp_path / "data").glob("*.trial*")) + list((tmp_path / "data").glob(".*.trial*"))


def test_what_the_log_holds_is_read_without_room_too(open_stores, tmp_path, kept):
    writer = open_stores()
    queue(writer.signups, later := new_uuid())
    content = {path: path.read_bytes() for path in (tmp_path / "data").glob("signup.db*") if "shm" not in path.name}
    writer.close()
    (tmp_path / "data" / "signup.db-shm").unlink(missing_ok=True)
    for path, written in content.items():
        path.write_bytes(written)
    with no_room():
        stores = open_stores()
        assert {entry.id for entry in stores.attempt(outbox.entries)} == kept | {later}
        stores.close()


def flock_fails(monkeypatch, code):
    def fail(*_arguments):
        raise OSError(code, "no locks")

    monkeypatch.setattr(file_lock.fcntl, "flock", fail)


def test_a_file_system_that_knows_no_flock_is_locked_the_other_way(tmp_path, monkeypatch):
    flock_fails(monkeypatch, errno.ENOLCK)
    lock = FileLock(tmp_path / "turn.lock")
    assert lock.try_take()
    lock.release()
    with lock.waiting():
        pass


def test_a_file_system_without_locks_is_named_and_never_taken_for_a_busy_program(tmp_path, monkeypatch):
    flock_fails(monkeypatch, errno.ENOLCK)

    def fail(*_arguments):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(file_lock.fcntl, "lockf", fail)
    for take in (lambda lock: lock.try_take(), lambda lock: lock.waiting().__enter__()):
        with pytest.raises(StoreError) as caught:
            take(FileLock(tmp_path / "turn.lock"))
        assert (caught.value.code, caught.value.data["file"]) == ("STORE_NO_LOCKS", "turn.lock")


def test_a_lock_that_is_held_is_held(tmp_path):
    one, other = FileLock(tmp_path / "turn.lock"), FileLock(tmp_path / "turn.lock")
    assert one.try_take()
    assert not other.try_take()
    one.release()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="STORE_UNUSABLE"):
        FileLock(tmp_path / "file" / "turn.lock").try_take()
