"""Screens hear about the topics that they show, for as long as they live."""

from __future__ import annotations

from PySide6.QtCore import QObject

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.runtime.changes import Changes


def test_a_listener_hears_its_topics_only(qapp):
    changes, owner, heard = Changes(), QObject(), []
    changes.listen(owner, Topic.DRAFTS, Topic.SIGNUPS, call=lambda: heard.append(1))
    changes.announce(frozenset({Topic.OUTBOX}))
    changes.announce(frozenset({Topic.OUTBOX, Topic.SIGNUPS}))
    changes.announce(frozenset())
    assert heard == [1]


def test_a_listener_that_died_hears_nothing(qapp, qtbot):
    changes, owner, heard = Changes(), QObject(), []
    changes.listen(owner, Topic.DRAFTS, call=lambda: heard.append(1))
    gone: list[int] = []
    owner.destroyed.connect(lambda: gone.append(1))
    owner.deleteLater()
    qtbot.waitUntil(lambda: gone == [1])
    changes.announce(frozenset({Topic.DRAFTS}))
    changes.announce(frozenset({Topic.DRAFTS}))
    assert not heard
