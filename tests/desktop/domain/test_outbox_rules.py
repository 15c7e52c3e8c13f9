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


LOST, UNSENT = Unreachable(data={"sent": True}), Unreachable("NET_TLS", data={"sent": False})
GATEWAY = Unreachable("SERVER_FAULT", data={"sent": True, "status": 502})
BUSY = ServerFault(data={"status": 503})
TABLE = [
    # what this attempt says, then for QUEUED and for UNKNOWN before: status, code, whether it may have been done
    (LOST, ("unknown", "OUTBOX_UNKNOWN", False), ("unknown", "OUTBOX_UNKNOWN", False)),
    (UNSENT, ("queued", "NET_TLS", False), ("unknown", "OUTBOX_UNKNOWN", False)),
    (GATEWAY, ("unknown", "OUTBOX_UNKNOWN", False), ("unknown", "OUTBOX_UNKNOWN", False)),
    (UnexpectedReply(), ("unknown", "UNEXPECTED_REPLY", False), ("unknown", "UNEXPECTED_REPLY", False)),
    (UnexpectedReply("SERVER_FAULT"), ("unknown", "SERVER_FAULT", False), ("unknown", "SERVER_FAULT", False)),
    (ServerFault("KEY_IN_FLIGHT"), ("unknown", "KEY_IN_FLIGHT", False), ("unknown", "KEY_IN_FLIGHT", False)),
    (SessionExpired(), ("queued", "SESSION_EXPIRED", False), ("unknown", "SESSION_EXPIRED", False)),
    (ServerFault("TOO_MANY_REQUESTS"), ("queued", "TOO_MANY_REQUESTS", False), ("unknown", "TOO_MANY_REQUESTS", False)),
    (ServerFault(), ("queued", "SERVER_FAULT", False), ("unknown", "SERVER_FAULT", False)),
    (BUSY, ("queued", "SERVER_FAULT", False), ("unknown", "SERVER_FAULT", False)),
    (Refused("DEL_DUPLICATE"), ("needs_you", "DEL_DUPLICATE", False), ("needs_you", "DEL_DUPLICATE", False)),
    (Refused("AUTH_STEP_UP"), ("needs_you", "AUTH_STEP_UP", False), ("needs_you", "AUTH_STEP_UP", False)),
    (Refused("KEY_REUSED"), ("needs_you", "KEY_REUSED", True), ("needs_you", "KEY_REUSED", True)),
    (Stale(), ("needs_you", "DEL_STALE", False), ("needs_you", "DEL_STALE", False)),
    (Refused("KEY_ANSWER_LOST"), ("sent", "KEY_ANSWER_LOST", False), ("sent", "KEY_ANSWER_LOST", False)),
]
FREE = (Unreachable, SessionExpired)


@pytest.mark.parametrize(("error", "queued", "unknown"), TABLE, ids=lambda value: getattr(value, "code", ""))
def test_each_answer_does_to_each_status_what_the_table_says(error, queued, unknown):
    for entry, expected in ((ENTRY, queued), (UNKNOWN, unknown)):
        outcome = outbox_rules.after_error(entry, error=error, now=NOW, jitter=0.5)
        assert (outcome.status, outcome.code, outcome.is_uncertain) == expected
        assert outcome.attempts == entry.attempts + (0 if isinstance(error, FREE) else 1)
        assert outcome.stops_turn is isinstance(error, Unreachable)
        assert outcome.pauses_account is isinstance(error, SessionExpired)


def test_only_a_definite_word_of_our_server_ends_the_doubt():
    ends = {
        error.code
        for error, _, _ in TABLE
        if outbox_rules.after_error(UNKNOWN, error=error, now=NOW, jitter=0.5).status is not OutboxStatus.UNKNOWN
    }
    assert ends == {"DEL_DUPLICATE", "AUTH_STEP_UP", "KEY_REUSED", "DEL_STALE", "KEY_ANSWER_LOST"}


@pytest.mark.parametrize("before", [ENTRY, UNKNOWN])
def test_the_third_fault_in_a_row_over_an_entry_asks_for_the_person(before):
    entry, statuses = before, []
    for _ in range(3):
        outcome = outbox_rules.after_error(entry, error=ServerFault(data={"status": 500}), now=NOW, jitter=0.5)
        statuses.append(outcome.status.value)
        entry = replace(entry, status=outcome.status, faults=outcome.faults)
    assert statuses == [before.status.value] * 2 + ["needs_you"]
    assert (outcome.code, outcome.faults, outcome.attempts) == ("SERVER_FAULT", 3, before.attempts + 1)
    assert outcome.is_uncertain is (before is UNKNOWN)


@pytest.mark.parametrize(
    ("error", "faults"),
    [
        (UnexpectedReply("SERVER_FAULT"), 0),
        (UNSENT, 2),
        (LOST, 2),
        (SessionExpired(), 2),
        (BUSY, 0),
        (UnexpectedReply(), 0),
        (ServerFault("KEY_IN_FLIGHT"), 0),
    ],
)
def test_what_is_no_fault_over_this_entry_begins_the_count_again_or_leaves_it(error, faults):
    outcome = outbox_rules.after_error(replace(ENTRY, faults=2), error=error, now=NOW, jitter=0.5)
    assert outcome.faults == faults
    assert outcome.status is not OutboxStatus.NEEDS_YOU


@pytest.mark.parametrize("kind", list(Kind))
def test_what_cuts_a_right_waits_at_most_half_a_minute(kind):
    entry = replace(ENTRY, kind=kind, attempts=30)
    outcome = outbox_rules.after_error(entry, error=ServerFault(data={"retry_after": 600.0}), now=NOW, jitter=1.0)
    longest = 30 if kind in (Kind.REVOKE, Kind.SUSPEND, Kind.NARROW, Kind.LEAVE, Kind.REVIEW_END) else 900
    assert outcome.next_attempt_at == NOW + timedelta(seconds=longest)


def test_what_may_have_been_done_is_neither_replaced_nor_discarded_in_silence():
    doubtful = replace(ENTRY, status=OutboxStatus.NEEDS_YOU, is_uncertain=True)
    assert not outbox_rules.is_replaceable(doubtful)
    assert outbox_rules.is_replaceable(replace(doubtful, is_uncertain=False))
    assert outbox_rules.is_replaceable(ENTRY)
    assert not outbox_rules.is_replaceable(UNKNOWN)
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        outbox_rules.check_discardable(doubtful)
    assert not outbox_rules.is_discardable(doubtful)
    assert outbox_rules.is_discardable(doubtful, accepts_doubt=True)
    assert outbox_rules.is_discardable(replace(doubtful, is_uncertain=False))
    outbox_rules.check_discardable(doubtful, accepts_doubt=True)
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        outbox_rules.check_discardable(UNKNOWN, accepts_doubt=True)


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


@pytest.mark.parametrize(("attempts", "expected"), [(-1, 2.0), (2**60, outbox_rules.MAX_DELAY)])
def test_a_count_that_a_damaged_row_gives_is_no_number_to_compute_with(attempts, expected):
    assert outbox_rules.delay(attempts, jitter=1.0) == expected


def test_without_a_word_of_the_server_the_wait_is_the_draw_alone():
    assert outbox_rules.delay(0, jitter=0.25) == 0.5


@pytest.mark.parametrize(
    ("data", "seconds"),
    [({"retry_after": 120.0}, 120.0), ({"retry_after": 90}, 90.0), ({}, 0.0), ({"retry_after": "soon"}, 0.0)],
)
def test_a_fault_waits_as_long_as_the_server_asked(data, seconds):
    outcome = outbox_rules.after_error(ENTRY, error=ServerFault(data=data), now=NOW, jitter=0.0)
    assert outcome.next_attempt_at == NOW + timedelta(seconds=seconds)


def test_success_closes_an_entry_and_counts_the_attempt():
    outcome = outbox_rules.after_success(UNKNOWN, now=NOW)
    assert outcome == outbox_rules.Outcome(OutboxStatus.SENT, "", UNKNOWN.attempts + 1, NOW)
    assert (outcome.faults, outcome.pauses_account, outcome.stops_turn, outcome.is_uncertain) == (
        0,
        False,
        False,
        False,
    )


def test_a_definite_refusal_begins_the_count_of_faults_again():
    for error in (Refused("DEL_DUPLICATE"), Stale(), Refused("KEY_ANSWER_LOST")):
        assert outbox_rules.after_error(replace(ENTRY, faults=2), error=error, now=NOW, jitter=0.5).faults == 0


def test_what_an_answer_came_to_is_not_changed_on_the_way():
    outcome = outbox_rules.after_success(ENTRY, now=NOW)
    with pytest.raises(AttributeError):
        outcome.code = "OTHER"
    assert not hasattr(outcome, "__dict__")


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
        ("queued", 3600, False),
        ("queued", 3601, True),
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
    assert outbox_rules.TOO_OLD_CODE == "INTENT_TOO_OLD"


def test_an_approval_offered_again_counts_its_day_from_then():
    late = NOW + timedelta(hours=30)
    offered = replace(ENTRY, again_at=NOW + timedelta(hours=29))
    assert not outbox_rules.is_too_old(offered, now=late)
    assert outbox_rules.is_too_old(offered, now=late + timedelta(hours=24))


def test_a_new_key_derives_from_the_entry_so_that_a_crash_cannot_make_two():
    first = outbox_rules.next_key(ENTRY.id, reason="alternate/claire2")
    assert first == outbox_rules.next_key(ENTRY.id, reason="alternate/claire2")
    assert first != outbox_rules.next_key(ENTRY.id, reason="alternate/claire3")


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_what_may_have_had_its_effect_is_not_discarded(status):
    with pytest.raises(NotAllowed, match="OUTBOX_UNKNOWN"):
        outbox_rules.check_discardable(replace(ENTRY, status=OutboxStatus(status)))
    outbox_rules.check_discardable(ENTRY)
