"""What is offered again to a server that went back to an older state, told as a table of cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus
from comptexpert_desktop.domain.replay_rules import REOFFER_TTL, to_offer, to_verify
from tests.fakes import NOW


def written(name, kind, *, about="", made="", status=OutboxStatus.SENT, ago=timedelta(hours=1)):
    return OutboxEntry(
        id=OutboxId(name),
        kind=kind,
        account="a",
        subject="",
        delegation_id=about,
        created_at=NOW - ago,
        status=status,
        code="",
        attempts=1,
        next_attempt_at=NOW - ago,
        answer={"id": made} if made else {},
    )


def ago(**span):
    return timedelta(**span)


ASKED = written("ask", Kind.REQUEST, made="d", ago=ago(hours=9))
GRANTED = written("give", Kind.GRANT, made="d", ago=ago(hours=9))
APPROVED = written("yes", Kind.APPROVE, about="d", ago=ago(hours=5))
REVOKED = written("end", Kind.REVOKE, about="d", ago=ago(hours=2))
SUSPENDED = written("stop", Kind.SUSPEND, about="d", ago=ago(hours=3))
RESUMED = written("go", Kind.RESUME, about="d", ago=ago(hours=1))
WITHDRAWN = written("back", Kind.WITHDRAW, about="d", ago=ago(hours=2))


@pytest.mark.parametrize(
    ("entries", "offered"),
    [
        ([], []),
        ([APPROVED], ["yes"]),
        ([ASKED, GRANTED], ["ask", "give"]),
        ([APPROVED, REVOKED], ["end"]),
        ([REVOKED, APPROVED], ["end"]),
        ([written("a", Kind.REVOKE, about="d"), written("b", Kind.APPROVE, about="d")], ["a"]),
        ([written("b", Kind.APPROVE, about="d"), written("a", Kind.REVOKE, about="d")], ["a"]),
        ([APPROVED, SUSPENDED], ["stop"]),
        ([APPROVED, SUSPENDED, RESUMED], ["go"]),
        ([GRANTED, REVOKED], ["end"]),
        ([GRANTED, SUSPENDED], ["stop"]),
        ([GRANTED, SUSPENDED, RESUMED], ["give", "go"]),
        ([ASKED, WITHDRAWN], ["back"]),
        ([APPROVED, written("other", Kind.REVOKE, about="e")], ["yes", "other"]),
        ([APPROVED, written("new", Kind.REVOKE, about="d", status=OutboxStatus.QUEUED, ago=ago())], []),
        ([GRANTED, written("new", Kind.REVOKE, about="d", status=OutboxStatus.NEEDS_YOU)], []),
        ([GRANTED, written("new", Kind.RENEW, about="d", status=OutboxStatus.QUEUED)], ["give"]),
        ([written("old", Kind.APPROVE, about="d", ago=REOFFER_TTL + ago(seconds=1))], []),
        ([written("edge", Kind.APPROVE, about="d", ago=REOFFER_TTL)], ["edge"]),
        ([written("waits", Kind.REVOKE, about="d", status=OutboxStatus.QUEUED)], []),
        ([written("lost", Kind.REVOKE, about="d", status=OutboxStatus.UNKNOWN)], []),
        ([written("leaves", Kind.LEAVE), written("leaves too", Kind.LEAVE)], ["leaves", "leaves too"]),
        ([written("account", Kind.SIGNUP, made="s")], []),
    ],
)
def test_the_newest_word_of_a_person_is_offered_again_and_nothing_that_was_undone(entries, offered):
    assert [entry.id for entry in to_offer(entries, now=NOW)] == offered


def test_only_sign_ups_that_the_server_took_lately_are_verified():
    entries = [
        written("taken", Kind.SIGNUP, made="s"),
        written("waits", Kind.SIGNUP, status=OutboxStatus.QUEUED),
        written("old", Kind.SIGNUP, ago=REOFFER_TTL + ago(days=1)),
        APPROVED,
    ]
    assert [entry.id for entry in to_verify(entries, now=NOW)] == ["taken"]
