"""Whatever a power cut leaves of a machine's files, what was saved leaves, once, and the session goes on.

A person works and the machine sends, on a recorded disk. Each image is started on, with the server as it was when the
power went, which may have heard more than the disk knows; then everything is sent. `COMPTEXPERT_CAMPAIGN_ROUNDS` and
`COMPTEXPERT_CAMPAIGN_SEED` change the number of images and the chance.
"""

from __future__ import annotations

import copy
import os
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.usecases.conftest import Desk
from tests.desktop.usecases.test_signup import STAFF
from tests.fakes import new_uuid
from tests.recorded_disk import is_recordable, recorded_disk

pytestmark = pytest.mark.skipif(
    not is_recordable(), reason="this Python holds SQLite inside itself, where nobody can watch"
)
ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "10000"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
PAGES_BEFORE_CHECKPOINT = 20


class Heard:
    """A gateway to the server that notes how the server stands after each call."""

    def __init__(self, server, note):
        self._server, self._note = server, note

    def __getattr__(self, name):
        found = getattr(self._server, name)
        if not callable(found):
            return found

        def call(*arguments, **options):
            try:
                return found(*arguments, **options)
            finally:
                self._note()

        return call


class Story:
    """What a person did, what they were told is saved, and how the server stood at each moment."""

    def __init__(self, folder, disk, *, chance):
        self.disk, self.chance = disk, chance
        self.desk = Desk(folder)
        self.saved = []
        """What was said to be saved, by the number of what was acknowledged before."""
        self.servers = []
        """From which event on the server stood so, and which session was alive there."""
        self.desk.sign_in()
        self.desk.turn()
        server = self.desk.server
        object.__setattr__(self.desk.gateways, "server", Heard(server, self._note))
        self.server = server
        for file in self.desk.stores.files:
            file.database.rows(f"PRAGMA wal_autocheckpoint = {PAGES_BEFORE_CHECKPOINT}")
        self._note()
        self.begun = len(disk.events)
        for _ in range(14):
            self._work()
        self.desk.stores.close()

    def _note(self):
        kept = copy.deepcopy((self.server.__dict__ | {"dates": None}, self.desk.gateways.browser.live))
        self.servers.append((len(self.disk.events), kept))

    def _work(self):
        told = [one for one in self.server.delegations.values() if one.status == "PENDING"]
        waiting = {self.desk.entry(one).delegation_id for one in self.desk.states()}
        free = [one for one in told if one.id not in waiting]
        if free and self.chance.random() < 0.6:
            refuses = self.chance.random() < 0.5
            action, note = (Action.REFUSE, "Pas ce dossier") if refuses else (Action.APPROVE, "")
            self._save(self.desk.decide(free[0].id, action, note=note))
        else:
            new_id = new_uuid()
            name = f"essai{len(self.saved):03d}"
            form = replace(STAFF, id=new_uuid(), login_id=name, login_id_again=name)
            signup.submit(self.desk.stores, draft=form, now=self.desk.now, new_id=new_id)
            self._save(new_id)
        self.desk.told()
        if self.chance.random() < 0.4:
            self.desk.turn()

    def _save(self, outbox_id):
        self.saved.append(outbox_id)
        self.disk.acknowledge()

    def server_at(self, moment):
        """Return the server and the live session of a moment."""
        found = [kept for begun, kept in self.servers if begun <= moment]
        return copy.deepcopy(found[-1])


def start(story, image, *, moment):
    """Start the program on an image."""
    for path in story.desk.folder.rglob("*.db*"):
        path.unlink()
    for name, content in image.files.items():
        Path(name).write_bytes(content)
    desk = Desk.__new__(Desk)
    desk.folder, desk.vault, desk.now, desk.ahead = (
        story.desk.folder,
        story.desk.vault,
        story.desk.now,
        story.desk.ahead,
    )
    desk.account = story.desk.account
    desk.restart()
    known, live = story.server_at(moment)
    server = copy.copy(story.server)
    server.__dict__ = known
    desk.gateways.browser.server, desk.gateways.browser.live = server, live
    object.__setattr__(desk.gateways, "server", server)
    desk.server.dates = lambda: desk.now - desk.ahead
    return desk


def check(story, image, *, moment):
    desk = start(story, image, moment=moment)
    try:
        assert desk.stores.file_troubles() == (), "damaged"
        saved = story.saved[: image.acknowledged]
        known = set(desk.states())
        assert [one for one in saved if one not in known] == [], "lost"
        for _ in range(3):
            desk.turn()
            desk.later(minutes=61)
        assert status.summary(desk.stores).session_code == "", "signed out"
        states = desk.states()
        assert {one: states.get(one) for one in saved if states.get(one) != ("sent", "")} == {}, "not sent"
        assert max(Counter(desk.server.effects).values(), default=1) == 1, "done twice"
        assert set(saved) <= set(desk.server.effects), "lost on the way"
        unknown = set(desk.server.effects) - set(story.saved[: image.acknowledged + 1])
        assert unknown == set(), "done, and never asked"
    finally:
        with suppress(Exception):
            desk.stores.close()


def play(tmp_path, *, images):
    chance = random.Random(SEED)
    with recorded_disk() as disk:
        story = Story(tmp_path / "data", disk, chance=chance)
    for number, (moment, image) in enumerate(disk.images(images, chance=chance, since=story.begun)):
        try:
            check(story, image, moment=moment)
        except AssertionError as error:
            pytest.fail(f"image {number} of {images}, seed {SEED}, before event {moment}: {error}")
    kinds = Counter(event.kind for event in disk.events)
    print(f"{images} images of {len(story.saved)} gestures, seed {SEED}; {dict(kinds)}")


def test_no_power_cut_of_a_machine_loses_doubles_or_signs_out(tmp_path):
    play(tmp_path, images=60)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_ten_thousand_power_cuts_of_a_machine(tmp_path):
    play(tmp_path, images=ROUNDS)
