"""Files of this person alone: no link is followed, nobody else's folder is obeyed, a lock that cannot be is said."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import load, private_files
from comptexpert_desktop.store import file_lock
from comptexpert_desktop.store.database import PRIVATE, Database
from comptexpert_desktop.store.file_lock import FileLock

NOBODY = 65534
as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")


def refused(code, work):
    with pytest.raises(StoreError) as caught:
        work()
    assert caught.value.code == code


def test_a_planted_link_is_not_followed_and_its_target_keeps_its_rights(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("x")
    victim.chmod(0o644)
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "registry.db").symlink_to(victim)
    refused("STORE_LINK", lambda: Database(tmp_path / "data" / "registry.db", layout=PRIVATE))
    (tmp_path / "data" / "turn.lock").symlink_to(victim)
    refused("STORE_LINK", FileLock(tmp_path / "data" / "turn.lock").try_take)
    assert (victim.read_text(), stat.S_IMODE(victim.stat().st_mode)) == ("x", 0o644)


def test_a_dangling_link_makes_no_file_elsewhere(tmp_path):
    (tmp_path / "a.db").symlink_to(tmp_path / "elsewhere")
    refused("STORE_LINK", lambda: Database(tmp_path / "a.db", layout=PRIVATE))
    refused("STORE_LINK", lambda: private_files.open_file(tmp_path / "a.db", os.O_RDWR | os.O_CREAT))
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "fifo"])
def test_what_is_no_file_is_refused_and_nothing_waits_for_it(tmp_path, make):
    make(tmp_path / "a.db")
    refused("STORE_NOT_A_FILE", lambda: Database(tmp_path / "a.db", layout=PRIVATE))
    refused("STORE_NOT_A_FILE", lambda: private_files.read_bytes(tmp_path / "a.db", max_bytes=10))


@as_root
def test_files_and_folders_of_somebody_else_are_refused(tmp_path):
    (tmp_path / "settings.json").write_text('{"server_url": "https://mine.example"}')
    os.chown(tmp_path / "settings.json", NOBODY, NOBODY)
    refused("STORE_OWNER", lambda: load(data_dir=str(tmp_path)))
    (tmp_path / "settings.json").unlink()
    os.chown(tmp_path, NOBODY, NOBODY)
    refused("STORE_OWNER", lambda: load(data_dir=str(tmp_path)))
    refused("STORE_OWNER", lambda: Database(tmp_path / "a.db", layout=PRIVATE))
    assert list(tmp_path.iterdir()) == []
    assert load(data_dir=str(tmp_path), is_lenient=True).resolved[str(tmp_path)].problem == "STORE_OWNER"


def test_a_folder_that_everybody_fills_is_refused(tmp_path):
    tmp_path.chmod(0o777)
    refused("STORE_SHARED", lambda: load(data_dir=str(tmp_path)))
    tmp_path.chmod(0o1777)
    assert load(data_dir=str(tmp_path)).data_dir == tmp_path


def test_a_file_larger_than_anything_we_wrote_is_not_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 11)
    with pytest.raises(OSError, match="too large"):
        private_files.read_bytes(tmp_path / "a", max_bytes=10)


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    private_files.write_whole(tmp_path / "a", b"one")
    monkeypatch.setattr(private_files.os, "fsync", lambda _file: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(OSError, match="full"):
        private_files.write_whole(tmp_path / "a", b"two")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"one")]


# -- Locks ---------------------------------------------------------------------------------------------


def answering(*codes):
    """Make a lock call that fails with each of these in turn, then succeeds."""
    left = list(codes)

    def lock(_stream, _flags):
        if left and (code := left.pop(0)):
            raise OSError(code, os.strerror(code))

    return lock


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks_is_said_and_never_taken_for_held(tmp_path, monkeypatch, code):
    monkeypatch.setattr(file_lock.fcntl, "flock", answering(code, code))
    monkeypatch.setattr(file_lock.fcntl, "lockf", answering(code, code))
    lock = FileLock(tmp_path / "turn.lock")
    refused("STORE_NO_LOCKS", lock.try_take)

    def wait():
        with lock.waiting():
            pytest.fail("nothing is locked")

    refused("STORE_NO_LOCKS", wait)


def test_the_locks_of_posix_are_the_second_way(tmp_path, monkeypatch):
    monkeypatch.setattr(file_lock.fcntl, "flock", answering(errno.ENOLCK))
    lock = FileLock(tmp_path / "turn.lock")
    assert lock.try_take()
    lock.release()


@pytest.mark.parametrize("code", [errno.EWOULDBLOCK, errno.EACCES])
def test_held_is_held_whichever_way_says_it(tmp_path, monkeypatch, code):
    monkeypatch.setattr(file_lock.fcntl, "flock", answering(errno.EWOULDBLOCK))
    assert not FileLock(tmp_path / "turn.lock").try_take()
    monkeypatch.setattr(file_lock.fcntl, "flock", answering(errno.ENOLCK))
    monkeypatch.setattr(file_lock.fcntl, "lockf", answering(code))
    assert not FileLock(tmp_path / "turn.lock").try_take()


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.EROFS, "STORE_READ_ONLY"), (errno.ENOSPC, "STORE_FULL"), (errno.EACCES, "STORE_UNUSABLE")],
)
def test_a_lock_that_cannot_be_made_says_what_the_disk_says(tmp_path, monkeypatch, code, said):
    monkeypatch.setattr(private_files.os, "open", lambda *_given: (_ for _ in ()).throw(OSError(code, "x")))
    refused(said, FileLock(tmp_path / "turn.lock").try_take)
