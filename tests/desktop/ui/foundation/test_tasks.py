"""Work in the background: in order, on the right thread, told to the living only."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import ComptexpertError, StoreTooNew, Unreachable
from comptexpert_desktop.runtime.changes import Changes
from comptexpert_desktop.runtime.tasks import Tasks


class Files:
    """Stands for the open local files."""

    def __init__(self) -> None:
        self.thread = threading.current_thread()
        self.is_closed = False

    def attempt(self, work: Any) -> Any:
        return work(self)

    def take_changes(self) -> bool:
        return False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def changes(qapp):
    return Changes()


@pytest.fixture
def opened() -> list[Files]:
    return []


@pytest.fixture
def tasks(changes, opened):
    def open_files() -> Any:
        opened.append(Files())
        return opened[0]

    made = Tasks(open_stores=open_files, open_gateways=lambda: "doors", changes=changes)  # type: ignore[arg-type, return-value]
    yield made
    made.start()
    made.close()


def test_reads_come_back_in_order_on_the_main_thread(tasks, qtbot):
    got: list[tuple[int, threading.Thread]] = []
    tasks.start()
    for number in range(20):
        tasks.read(tasks, lambda _files, n=number: n, lambda n: got.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: len(got) == 20)
    assert [number for number, _ in got] == list(range(20))
    assert {thread for _, thread in got} == {threading.main_thread()}


def test_files_are_opened_by_the_thread_that_uses_them(tasks, opened, qtbot):
    used: list[threading.Thread] = []
    tasks.start()
    for _ in range(5):
        tasks.read(tasks, lambda _files: threading.current_thread(), used.append)
    qtbot.waitUntil(lambda: len(used) == 5)
    assert len(opened) == 1
    assert set(used) == {opened[0].thread}


def test_jobs_wait_for_the_start(tasks, opened, qtbot):
    got: list[str] = []
    tasks.read(tasks, lambda _files: "done", got.append)
    assert not opened
    tasks.start()
    qtbot.waitUntil(lambda: got == ["done"])


def test_a_callback_is_dropped_when_its_owner_died(tasks, qtbot):
    owner, got = QObject(), []
    tasks.read(owner, lambda _files: 1, got.append)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not _is_alive(owner))
    tasks.start()
    tasks.read(tasks, lambda _files: 2, got.append)
    qtbot.waitUntil(lambda: got == [2])


def test_a_write_happens_even_when_its_owner_died(tasks, changes, qtbot):
    owner, written, topics = QObject(), [], []
    changes.changed.connect(topics.append)

    def write(_files):
        written.append(True)
        return frozenset({Topic.DRAFTS})

    tasks.write(owner, write, lambda: written.append(False))
    owner.deleteLater()
    qtbot.waitUntil(lambda: not _is_alive(owner))
    tasks.start()
    qtbot.waitUntil(lambda: topics == [frozenset({Topic.DRAFTS})])
    assert written == [True]


def test_a_write_wakes_the_synchronisation_except_its_own(tasks, qtbot):
    woken: list[int] = []
    tasks.wrote.connect(lambda: woken.append(1))
    tasks.start()
    tasks.write(tasks, lambda _files: frozenset(), wakes=False)
    tasks.write(tasks, lambda _files: frozenset())
    done: list[int] = []
    tasks.read(tasks, lambda _files: 1, done.append)
    qtbot.waitUntil(lambda: done == [1])
    assert woken == [1]


def test_only_the_latest_call_of_a_channel_is_delivered(tasks, qtbot):
    release, got = threading.Event(), []
    tasks.start()
    tasks.call(tasks, lambda _gateways: release.wait(5) and "first", got.append, channel="name")
    tasks.call(tasks, lambda _gateways: "second", got.append, channel="name")
    qtbot.waitUntil(lambda: got == ["second"])
    release.set()
    tasks.call(tasks, lambda _gateways: "other", got.append)
    qtbot.waitUntil(lambda: "other" in got)
    assert got == ["second", "other"]


def test_a_read_that_was_superseded_while_it_ran_is_not_delivered(tasks, qtbot):
    begun, release, got = threading.Event(), threading.Event(), []
    tasks.start()

    def first(_files):
        begun.set()
        release.wait(5)
        return "first"

    tasks.read(tasks, first, got.append, channel="name")
    assert begun.wait(5)
    tasks.read(tasks, lambda _files: "second", got.append, channel="name")
    release.set()
    qtbot.waitUntil(lambda: "second" in got)
    assert got == ["second"]


def test_a_job_that_was_superseded_before_its_turn_is_never_done(tasks, qtbot):
    done, got = [], []
    for number in range(10):
        tasks.read(tasks, lambda _files, n=number: done.append(n) or n, got.append, channel="name")
    tasks.start()
    qtbot.waitUntil(lambda: got == [9])
    assert done == [9]


def test_an_error_goes_to_the_one_who_asked(tasks, qtbot):
    told: list[ComptexpertError] = []
    loose: list[ComptexpertError] = []
    tasks.failed.connect(loose.append)
    tasks.start()

    def fail(_gateways):
        raise Unreachable

    tasks.call(tasks, fail, lambda _value: None, failed=told.append)
    tasks.call(tasks, fail, lambda _value: None)
    qtbot.waitUntil(lambda: len(told) == len(loose) == 1)
    assert told[0].code == loose[0].code == "NET_OFFLINE"


def test_a_bug_is_logged_without_data_and_shown_as_unexpected(tasks, qtbot, caplog):
    told: list[ComptexpertError] = []
    tasks.start()

    def fail(_files):
        raise ValueError("claire.aubier@cabinet.example")

    with caplog.at_level(logging.ERROR):
        tasks.read(tasks, fail, lambda _value: None, failed=told.append)
        qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].code == "UNEXPECTED"
    assert "ValueError" in caplog.text
    assert "aubier" not in caplog.text


def test_a_file_that_cannot_be_used_is_told_to_the_window(changes, qtbot):
    def refuse() -> Any:
        raise StoreTooNew(data={"file": "signup.db"})

    tasks = Tasks(open_stores=refuse, open_gateways=refuse, changes=changes)
    told: list[ComptexpertError] = []
    tasks.store_unusable.connect(told.append)
    tasks.read(tasks, lambda _files: None, lambda _value: None)
    tasks.start()
    qtbot.waitUntil(lambda: len(told) == 1)
    tasks.close()
    assert told[0].code == "STORE_TOO_NEW"


def test_closing_finishes_the_writes_and_closes_the_files(tasks, opened):
    written: list[int] = []
    tasks.start()
    for number in range(10):
        tasks.write(tasks, lambda _files, n=number: written.append(n) or frozenset())
    tasks.close()
    assert written == list(range(10))
    assert opened[0].is_closed


def test_closing_does_not_wait_for_the_network(tasks):
    begun, release = threading.Event(), threading.Event()
    tasks.start()

    def hang(_gateways):
        begun.set()
        release.wait(30)

    tasks.call(tasks, hang, lambda _value: None)
    assert begun.wait(5)
    ended = threading.Thread(target=tasks.close)
    ended.start()
    ended.join(5)
    assert not ended.is_alive()
    release.set()


def test_the_last_network_thread_closes_the_doors(changes, qtbot):
    begun, release = threading.Event(), threading.Event()
    gateways: list[Files] = []

    def open_gateways() -> Any:
        gateways.append(Files())
        return gateways[0]

    def hang(_gateways: Any) -> None:
        begun.set()
        release.wait(30)

    made = Tasks(open_stores=Files, open_gateways=open_gateways, changes=changes)  # type: ignore[arg-type]
    made.start()
    made.call(made, hang, lambda _value: None)
    assert begun.wait(5)
    made.close()
    assert not gateways[0].is_closed
    release.set()
    qtbot.waitUntil(lambda: gateways[0].is_closed)
    assert len(gateways) == 1


def _is_alive(owner: QObject) -> bool:
    import shiboken6

    return shiboken6.isValid(owner)
