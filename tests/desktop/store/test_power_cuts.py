"""Whatever a power cut leaves of the two files of a database, what was acknowledged is there, and nothing is half there.

The images are those that SQLite's write-ahead log admits: between two commits the database does not change, and any
sectors of what was being appended to the log may have reached the disk; during a checkpoint the log is whole, and any
sectors of the pages being copied may have; afterwards the log is there or empty.
"""

from __future__ import annotations

import os
import random

import pytest

from comptexpert_desktop.errors import SealBroken
from comptexpert_desktop.store import outbox
from tests.desktop.store.test_shared_files import queue
from tests.fakes import new_uuid

SECTOR = 512


class Recorded:
    """The two files of the account after each acknowledged write, and around a checkpoint."""

    def __init__(self, open_stores, *, writes, chance):
        self.chance = chance
        self.stores = open_stores()
        self.file = self.stores.accounts.begin("account-1", login_id="claire.aubier")
        self.file.database.rows("PRAGMA wal_autocheckpoint = 0")
        self.path = self.file.database.path
        self.kept = []
        self.states = [self._copy()]
        for _ in range(writes):
            new_id = new_uuid()
            queue(self.file, new_id)
            self.kept.append(new_id)
            self.states.append(self._copy())
        self.file.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        self.checkpointed = self._copy()[0]
        self.stores.close()

    def _copy(self):
        log = self.path.with_name(self.path.name + "-wal")
        return self.path.read_bytes(), log.read_bytes() if log.exists() else b""

    def image(self):
        """Choose a moment, and what the disk has then; returns both files and how many writes are acknowledged."""
        if self.chance.random() < 0.4:
            before, log = self.states[-1]
            database = self._torn(before, self.checkpointed)
            return database, log, len(self.kept)
        if self.chance.random() < 0.1:
            return self.checkpointed, self.chance.choice([b"", self.states[-1][1]]), len(self.kept)
        at = self.chance.randrange(len(self.kept))
        before, after = self.states[at], self.states[at + 1]
        return self._torn(before[0], after[0]), self._torn(before[1], after[1]), at

    def _torn(self, before, after):
        """Let some sectors of what changed reach the disk; the file may have grown, or not."""
        length = self.chance.choice([len(before), len(after), self.chance.randint(len(before), len(after))])
        content = bytearray(before.ljust(length, b"\0")[:length])
        for start in range(0, length, SECTOR):
            if after[start : start + SECTOR] != before[start : start + SECTOR] and self.chance.random() < 0.5:
                content[start : start + SECTOR] = after[start : start + SECTOR][: length - start]
        return bytes(content)


def check(folder, recorded, *, vault_stores, image):
    """Open an image as the application does, and look at the outbox."""
    database, log, acknowledged = image
    for path in folder.rglob("*.db-*"):
        path.unlink()
    recorded.path.write_bytes(database)
    recorded.path.with_name(recorded.path.name + "-wal").write_bytes(log)
    stores = vault_stores()
    try:
        found = {entry.id for entry in outbox.every(stores.account)}
        for outbox_id in found:
            assert outbox.command_of(stores.account, outbox_id=outbox_id)
        assert stores.file_troubles() == ()
    except SealBroken as error:
        pytest.fail(f"half a row: {error}")
    finally:
        stores.close()
    assert set(recorded.kept[:acknowledged]) <= found, "lost"
    assert found <= set(recorded.kept[: acknowledged + 1]), "not written yet"


def play(open_stores, folder, *, images, seed):
    chance = random.Random(seed)
    recorded = Recorded(open_stores, writes=25, chance=chance)
    for number in range(images):
        try:
            check(folder / "data", recorded, vault_stores=open_stores, image=recorded.image())
        except AssertionError as error:
            pytest.fail(f"image {number} of seed {seed}: {error}")


def test_no_power_cut_loses_what_was_acknowledged(open_stores, tmp_path):
    play(open_stores, tmp_path, images=120, seed=20260101)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_ten_thousand_power_cuts(open_stores, tmp_path):
    images = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "10000"))
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    play(open_stores, tmp_path, images=images, seed=seed)
    print(f"{images} images, seed {seed}")
