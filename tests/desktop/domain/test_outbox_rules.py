"""The outbox as a table of cases: what leaves first, and what an answer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comptexpert_desktop.domain import outbox_rules
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus
from comptexpert_desktop.errors import (
    NotAllowed,
    Refused,
    ServerFault,
    SessionExpired,
    Stale,
    UnexpectedReply,
    Unreachable,
)
from tests.fakes import NOW, new_uuid

ENTRY = OutboxEntry(
    id=OutboxId(new_uuid()),
    kind=Kind.APPROVE,
    account="account",
    subject="jesignexpert · Karim LEROUX",
    delegation_id="d",
    created_at=NOW,
    status=OutboxStatus.QUEUED,
    code="",
    attempts=3,
    next_attempt_at=NOW,
)
UNKNOWN = replace(ENTRY, status=OutboxStatus.UNKNOWN)


@pytest.mark.parametrize(
    ("entry", "error", "status", "code", "attempts"),
    [
        (ENTRY, Unreachable("NET_TLS", data={"sent": False}), "queued", "NET_TLS", 3),
        (ENTRY, Unreachable(data={"sent": True}), "unknown", "OUTBOX_UNKNOWN", 3),
        (UNKNOWN, Unreachable(data={"sent": False}), "unknown", "OUTBOX_UNKNOWN", 3),
        (ENTRY, SessionExpired(), "queued", "SESSION_EXPIRED", 3),
        (ENTRY, Refused("DEL_DUPLICATE"), "needs_you", "DEL_DUPLICATE", 4),
        (ENTRY, Refused("AUTH_STEP_UP"), "needs_you", "AUTH_STEP_UP", 4),
        (ENTRY, Stale(), "needs_you", "DEL_STALE", 4),
        (ENTRY, ServerFault(), "queued", "SERVER_FAULT", 4),
        (UNKNOWN, ServerFault(), "queued", "SERVER_FAULT", 4),
        (ENTRY, UnexpectedReply(), "queued", "UNEXPECTED_REPLY", 4),
    ],
)
def test_each_answer_does_what_its_class_asks_for(entry, error, status, code, attempts):
    outcome = outbox_rules.after_error(entry, error=error, now=NOW, jitter=0.5)
    assert (outcome.status, outcome.code, outcome.attempts) == (status, code, attempts)
    assert outcome.stops_turn is isinstance(error, Unreachable)
    assert outcome.pauses_account is isinstance(error, SessionExpired)


def test_only_a_fault_of_the_server_makes_an_entry_wait():
    waits = {
        type(error).__name__
        for error in (Unreachable(), SessionExpired(), Refused(), Stale(), ServerFault(), UnexpectedReply())
        if outbox_rules.after_error(ENTRY, error=error, now=NOW, jitter=0.5).next_attempt_at > NOW
    }
    assert waits == {"ServerFault", "UnexpectedReply"}


@pytest.mark.parametrize(
    ("attempts", "jitter", "retry_after", "expected"),
    [
        (0, 1.0, 0.0, 2.0),
        (1, 1.0, 0.0, 4.0),
        (3, 0.5, 0.0, 8.0),
        (30, 1.0, 0.0, 900.0),
        (5000, 1.0, 0.0, 900.0),
        (0, 0.0, 0.0, 0.0),
        (0, 0.0, 120.0, 120.0),
        (0, 0.0, 1e9, 3600.0),
    ],
)
def test_the_wait_grows_to_a_quarter_of_an_hour_and_heeds_the_server(attempts, jitter, retry_after, expected):
    assert outbox_rules.delay(attempts, jitter=jitter, retry_after=retry_after) == expected


def test_revocations_leave_before_everything_and_signups_last():
    kinds = [replace(ENTRY, kind=kind, created_at=NOW - timedelta(hours=rank)) for rank, kind in enumerate(Kind)]
    assert [entry.kind for entry in sorted(kinds, key=outbox_rules.order)] == list(Kind)
    assert next(iter(Kind)) is Kind.REVOKE
    assert list(Kind)[-1] is Kind.SIGNUP


def test_of_two_alike_the_older_leaves_first():
    older = replace(ENTRY, created_at=NOW - timedelta(minutes=1))
    assert sorted([ENTRY, older], key=outbox_rules.order) == [older, ENTRY]


@pytest.mark.parametrize(
    ("status", "wait", "due"),
    [
        ("queued", 0, True),
        ("queued", 1, False),
        ("unknown", -5, True),
        ("sending", 0, True),
        ("sent", 0, False),
        ("needs_you", -5, False),
        ("queued", 90 * 24 * 3600, True),
    ],
)
def test_an_entry_leaves_when_its_time_came_or_its_clock_was_wrong(status, wait, due):
    entry = replace(ENTRY, status=OutboxStatus(status), next_attempt_at=NOW + timedelta(seconds=wait))
    assert outbox_rules.is_due(entry, now=NOW) is due


def test_an_approval_waits_a_day_and_a_revocation_for_ever():
    late = NOW + timedelta(hours=24, seconds=1)
    assert outbox_rules.is_too_old(ENTRY, now=late)
    assert not outbox_rules.is_too_old(ENTRY, now=NOW + timedelta(hours=24))
    assert not outbox_rules.is_too_old(replace(ENTRY, kind=Kind.REVOKE), now=late + timedelta(days=900))
    assert not outbox_rules.is_too_old(replace(ENTRY, status=OutboxStatus.UNKNOWN), now=late)


def test_a_new_key_derives_from_the_entry_so_that_a_crash_cannot_make_two():
    first = outbox_rules.next_key(ENTRY.id, reason="alternate/claire2")
    assert first == outbox_rules.next_key(ENTRY.id, reason="alternate/claire2")
    assert first != outbox_rules.next_key(ENTRY.id, reason="alternate/claire3")


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_what_may_have_had_its_effect_is_not_discarded(status):
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        outbox_rules.check_discardable(replace(ENTRY, status=OutboxStatus(status)))
    outbox_rules.check_discardable(ENTRY)
