"""Notices on one machine: told once, of what others did, sealed, and never in a flood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.notice import MAX_KEPT, Kind
from comptexpert_desktop.domain.review import OpenReview
from comptexpert_desktop.domain.session import CoverAsked, Covering
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.usecases.outbox import notices
from comptexpert_desktop.usecases.session import session
from tests.fakes import FIRM, TODAY, a_delegation, an_account


def kinds(desk):
    return [one.kind for one in notices.every(desk.stores)]


def put(desk, **changes):
    """Let the server hold a delegation that this machine does not know yet."""
    made = a_delegation(**({"grantor": desk.account} | changes))
    desk.server.delegations[made.id] = made
    return made


def move(desk, case, **changes):
    """Change a delegation on the server, as somebody else would."""
    now = desk.server.delegations[case.id]
    desk.server.delegations[case.id] = replace(now, version=now.version + 1, **changes)


def knows(desk, **changes):
    """Let `/me` say something else from now on."""
    for token, me in list(desk.server.accounts.items()):
        desk.server.accounts[token] = replace(me, **changes)
    desk.later(minutes=6)


@pytest.fixture
def signed_in(desk):
    desk.sign_in()
    desk.turn()
    return desk


def test_the_first_synchronisation_tells_only_what_waits_for_a_decision(desk):
    put(desk, status=Status.PENDING)
    for status in (Status.ACTIVE, Status.REVOKED, Status.REFUSED, Status.EXPIRED):
        put(desk, status=status)
    desk.sign_in()
    desk.turn()
    assert kinds(desk) == [Kind.REQUESTED]
    assert notices.take_unshown(desk.stores) == (), "the desktop says nothing of it"


def test_a_request_that_arrives_is_told_once(signed_in):
    desk = signed_in
    case = put(desk)
    assert Topic.NOTICES in desk.turn().topics
    (one,) = notices.every(desk.stores)
    assert (one.kind, one.delegation_id, one.is_read) == (Kind.REQUESTED, case.id, False)
    assert (one.about.person, one.about.service) == ("Karim LEROUX", "jesignexpert")
    assert notices.take_unshown(desk.stores) == (Kind.REQUESTED,)
    assert notices.take_unshown(desk.stores) == ()
    desk.turn()
    assert len(kinds(desk)) == 1


def test_what_the_person_did_here_is_no_news(signed_in):
    desk = signed_in
    case = desk.told()
    notices.mark_read(desk.stores)
    desk.decide(case, Action.APPROVE)
    desk.turn()
    desk.turn()
    assert desk.server.delegations[case].status is Status.ACTIVE
    assert kinds(desk) == [Kind.REQUESTED]


def test_what_others_did_is_news_to_the_one_whom_it_concerns(signed_in):
    desk = signed_in
    case = put(desk, status=Status.ACTIVE)
    desk.turn()
    move(desk, case, status=Status.REVOKED, end_cause="relinquished", ended_at=desk.now)
    desk.turn()
    assert kinds(desk) == [Kind.RELINQUISHED]


def test_the_collaborateur_is_told_of_every_decision(desk):
    desk.account = an_account("karim.leroux", may_grant=False)
    desk.restart()
    desk.sign_in()
    case = put(desk, grantor=an_account("claire.aubier"))
    desk.turn()
    for changes in (
        {"status": Status.ACTIVE},
        {"status": Status.SUSPENDED},
        {"status": Status.ACTIVE},
        {"valid_until": TODAY + timedelta(days=90)},
        {"status": Status.REVOKED, "end_cause": "review_unanswered"},
    ):
        desk.later(minutes=1)
        move(desk, case, **changes)
        desk.turn()
    found = [Kind.APPROVED, Kind.SUSPENDED, Kind.RESUMED, Kind.END_PLANNED, Kind.REVIEW_ENDED]
    assert list(reversed(kinds(desk))) == found
    assert notices.every(desk.stores)[0].about.person == "Claire AUBIER"


def test_notices_outlive_the_program_and_name_nobody_in_clear(signed_in):
    desk = signed_in
    put(desk)
    desk.turn()
    desk.restart()
    assert kinds(desk) == [Kind.REQUESTED]
    desk.stores.account.database.execute("DELETE FROM delegation_document")
    desk.stores.account.database.execute("DELETE FROM delegation")
    desk.stores.account.database.purge_deleted()
    desk.stores.close()
    for path in (desk.folder / "accounts").glob("*.db*"):
        assert b"LEROUX" not in path.read_bytes(), path


def test_they_are_counted_and_marked_read(signed_in):
    desk = signed_in
    for _number in range(3):
        put(desk)
    desk.turn()
    assert notices.count_unread(desk.stores) == 3
    first = notices.every(desk.stores)[0]
    assert notices.mark_read(desk.stores, ids=[first.id]) == {Topic.NOTICES}
    assert notices.count_unread(desk.stores) == 2
    assert notices.mark_read(desk.stores) == {Topic.NOTICES}
    assert notices.mark_read(desk.stores) == NOTHING
    assert notices.count_unread(desk.stores) == 0
    assert notices.take_unshown(desk.stores) == ()


def test_at_most_five_hundred_are_kept_the_newest(signed_in):
    desk = signed_in
    for _number in range(MAX_KEPT):
        put(desk)
    desk.turn()
    desk.later(minutes=1)
    newest = put(desk, requested_at=desk.now)
    desk.turn()
    found = notices.every(desk.stores)
    assert len(found) == MAX_KEPT
    assert found[0].delegation_id == newest.id


def test_each_end_is_announced_thirty_fourteen_and_one_days_before(signed_in):
    desk = signed_in
    last = TODAY + timedelta(days=40)
    for _number in range(3):
        put(desk, status=Status.ACTIVE, valid_until=last)
    desk.turn()
    told = {}
    for _day in range(45):
        desk.later(days=1)
        desk.turn()
        for one in notices.every(desk.stores):
            told.setdefault(one.id, ((last - desk.now.date()).days, one.kind, one.about.count))
    assert sorted(told.values(), reverse=True) == [(days, Kind.ENDING, 3) for days in (30, 14, 1)]


def test_what_ends_soon_at_the_first_synchronisation_is_one_notice(desk):
    for days in (3, 10, 20, 29):
        put(desk, status=Status.ACTIVE, valid_until=TODAY + timedelta(days=days))
    put(desk, status=Status.ACTIVE, valid_until=TODAY + timedelta(days=200))
    desk.sign_in()
    desk.turn()
    desk.turn()
    (one,) = notices.every(desk.stores)
    assert (one.kind, one.about.count, one.about.day) == (Kind.ENDING, 4, (TODAY + timedelta(days=3)).isoformat())


def test_a_renewed_right_is_not_announced_to_end(signed_in):
    desk = signed_in
    old = put(desk, status=Status.ACTIVE, valid_until=TODAY + timedelta(days=32))
    put(desk, status=Status.SCHEDULED, supersedes=old.id)
    desk.turn()
    notices.mark_read(desk.stores)
    for _day in range(3):
        desk.later(days=1)
        desk.turn()
    assert Kind.ENDING not in kinds(desk)


def test_a_review_that_opens_is_told_and_recalled_in_grace(signed_in):
    desk = signed_in
    opened = OpenReview(FIRM.id, "r1", TODAY + timedelta(days=20), TODAY + timedelta(days=34), "open", 5, 4)
    knows(desk, reviews=(opened,))
    desk.turn()
    (one,) = notices.every(desk.stores)
    assert (one.kind, one.about.count, one.about.firm) == (Kind.REVIEW_OPENED, 4, FIRM.name)
    knows(desk, reviews=(replace(opened, status="grace"),))
    desk.turn()
    assert set(kinds(desk)) == {Kind.REVIEW_OPENED, Kind.REVIEW_GRACE}
    knows(desk, reviews=(replace(opened, status="grace", waiting=0),))
    desk.turn()
    assert len(kinds(desk)) == 2


def test_absences_are_told_to_the_absent_and_to_the_cover(signed_in):
    desk = signed_in
    ends = TODAY + timedelta(days=9)
    knows(desk, absences=(CoverAsked(firm_id=FIRM.id, absence_id="a1", cover_name="Hugo Garnier", ends_on=ends),))
    desk.turn()
    desk.later(minutes=1)
    knows(
        desk,
        absences=(),
        covers=(Covering(firm_id=FIRM.id, absent_entry_id="e2", absent_name="Hugo Garnier", ends_on=ends),),
    )
    desk.turn()
    desk.turn()
    assert kinds(desk) == [Kind.COVER_BEGAN, Kind.ABSENCE_ASKED]


def test_signing_out_forgets_them(signed_in):
    desk = signed_in
    put(desk)
    desk.turn()
    desk.stores.account.database.execute(
        "INSERT INTO review_answer (review_id, delegation_id, version, answer, key) VALUES ('r', 'd', 1, 'end', 'k')"
    )
    session.sign_out(desk.stores)
    desk.sign_in()
    assert notices.every(desk.stores) == ()
    rows = desk.stores.account.database.rows("SELECT answer FROM review_answer")
    assert [row["answer"] for row in rows] == ["end"], "what was chosen and not sent waits for the next sign-in"


def test_another_account_has_its_own(signed_in):
    desk = signed_in
    put(desk)
    desk.turn()
    desk.restart(account=an_account("hugo.garnier"))
    desk.sign_in()
    assert notices.every(desk.stores) == ()


def test_the_first_synchronisation_of_a_collaborateur_tells_nothing_of_what_he_has(desk):
    desk.account = an_account("karim.leroux", may_grant=False)
    desk.restart()
    for status in (Status.ACTIVE, Status.SCHEDULED, Status.REFUSED):
        put(desk, grantor=an_account("claire.aubier"), status=status)
    desk.sign_in()
    desk.turn()
    assert kinds(desk) == []


def test_what_was_read_stays_read_when_the_server_says_it_again(signed_in):
    desk = signed_in
    opened = OpenReview(FIRM.id, "r1", TODAY + timedelta(days=20), TODAY + timedelta(days=34), "open", 5, 4)
    knows(desk, reviews=(opened,))
    desk.turn()
    notices.mark_read(desk.stores)
    knows(desk, reviews=(replace(opened, waiting=3),))
    assert Topic.NOTICES not in desk.turn().topics
    assert notices.count_unread(desk.stores) == 0
