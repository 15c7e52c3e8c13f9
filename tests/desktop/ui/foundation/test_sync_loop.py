"""One turn at a time, woken by writes."""

from __future__ import annotations

from collections import deque
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.fakes import an_entry

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit


DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1980, 3, 12),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)


def turns(kit: WindowKit) -> list[bool]:
    seen: list[bool] = []
    kit.sync.turning.connect(seen.append)
    return seen


def test_a_turn_fetches_what_the_machine_lacks(window_kit: WindowKit, qtbot):
    seen = turns(window_kit)
    window_kit.tasks.start()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: seen == [True, False])
    assert {"catalogue", "councils"} <= set(window_kit.server.calls)


def test_several_wakes_make_one_turn_and_one_more(window_kit: WindowKit, qtbot):
    seen = turns(window_kit)

    def wake_often(_turning: bool = True) -> None:
        for _ in range(5):
            window_kit.sync.wake()

    window_kit.sync.turning.connect(wake_often, Qt.ConnectionType.SingleShotConnection)  # while the first turn lasts
    wake_often()
    window_kit.tasks.start()
    qtbot.waitUntil(lambda: seen == [True, False, True, False])
    assert not window_kit.sync.is_turning


def test_a_write_of_a_person_wakes_it(window_kit: WindowKit, qtbot):
    seen = turns(window_kit)
    window_kit.tasks.start()
    window_kit.tasks.write(window_kit.changes, lambda _stores: frozenset({Topic.DRAFTS}))
    qtbot.waitUntil(lambda: seen == [True, False])


def test_being_offline_is_remembered_and_said(window_kit: WindowKit, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_OFFLINE")] * 9)
    seen = turns(window_kit)
    window_kit.tasks.start()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: seen == [True, False])
    assert window_kit.read(status.summary, qtbot).network == "NET_OFFLINE"


def test_without_a_network_each_wait_is_longer_until_something_answers(window_kit: WindowKit, qtbot):
    stores = window_kit.stores()
    signup.submit(stores, draft=DRAFT, now=window_kit.now, new_id="00000000-0000-4000-8000-00000000000a")
    stores.close()
    ends: list[bool] = []
    window_kit.sync.turning.connect(lambda turning: turning or ends.append(True))
    window_kit.tasks.start()
    waits: list[float] = []
    for turn in range(1, 8):
        window_kit.server.faults = deque([Unreachable("NET_OFFLINE")] * 9)
        window_kit.sync.wake()
        qtbot.waitUntil(lambda so_far=turn: len(ends) == so_far)
        waits.append(window_kit.sync._timer.interval() / 1000)
    assert waits == [2, 4, 8, 16, 30, 30, 30]
    window_kit.server.faults.clear()
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: len(ends) == 8)
    assert 60 <= window_kit.sync._timer.interval() / 1000 <= 75  # never at the same moment as the other desktops


def test_a_bug_in_a_turn_does_not_stop_the_next(window_kit: WindowKit, qtbot, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    seen = turns(window_kit)
    with monkeypatch.context() as patch:
        patch.setattr("comptexpert_desktop.usecases.sync.sync.collect", broken)
        window_kit.tasks.start()
        window_kit.sync.wake()
        qtbot.waitUntil(lambda: seen == [True, False])
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: seen == [True, False, True, False])


def test_nothing_turns_once_it_is_stopped(window_kit: WindowKit, qtbot):
    seen = turns(window_kit)
    window_kit.sync.stop()
    window_kit.sync.wake()
    window_kit.tasks.start()
    window_kit.read(status.summary, qtbot)
    assert not seen
