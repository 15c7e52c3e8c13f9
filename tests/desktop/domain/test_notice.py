"""What a change means to a person who did not make it, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.notice import Kind, Side, change, level_of, side_of, waiting
from comptexpert_desktop.domain.session import Covering
from tests.fakes import FIRM, TODAY, a_delegation, a_me, a_party, an_account

S, K, GRANTOR, GRANTEE, PEER = Status, Kind, Side.GRANTOR, Side.GRANTEE, Side.PEER
TOLD = {
    # before, after: what the grantor, the grantee and a peer are told
    (None, S.PENDING): (K.REQUESTED, None, None),
    (None, S.PENDING_SECOND): (None, None, K.SECOND_REQUESTED),
    (None, S.ACTIVE): (None, K.GRANTED, None),
    (None, S.SCHEDULED): (None, K.GRANTED, None),
    (S.PENDING, S.ACTIVE): (None, K.APPROVED, None),
    (S.PENDING, S.SCHEDULED): (None, K.APPROVED, None),
    (S.PENDING, S.PENDING_SECOND): (None, None, K.SECOND_REQUESTED),
    (S.PENDING_SECOND, S.ACTIVE): (K.APPROVED, K.APPROVED, None),
    (S.PENDING_SECOND, S.REFUSED): (K.REFUSED, K.REFUSED, None),
    (S.PENDING, S.REFUSED): (None, K.REFUSED, None),
    (S.PENDING, S.WITHDRAWN): (K.WITHDRAWN, None, None),
    (S.PENDING, S.LAPSED): (K.LAPSED, K.LAPSED, None),
    (S.SCHEDULED, S.ACTIVE): (K.STARTED, K.STARTED, None),
    (S.ACTIVE, S.SUSPENDED): (K.SUSPENDED, K.SUSPENDED, None),
    (S.SUSPENDED, S.ACTIVE): (K.RESUMED, K.RESUMED, None),
    (S.ACTIVE, S.REVOKED): (K.REVOKED, K.REVOKED, None),
    (S.ACTIVE, S.EXPIRED): (K.EXPIRED, K.EXPIRED, None),
    (S.ACTIVE, S.CEASED): (K.CEASED, K.CEASED, None),
    (S.ACTIVE, S.SUPERSEDED): (None, None, None),
    (S.ACTIVE, S.ACTIVE): (None, None, None),
}


@pytest.mark.parametrize(("move", "told"), TOLD.items())
def test_each_side_is_told_what_concerns_it(move, told):
    before, after = (None if status is None else a_delegation(status=status, delegation_id="d") for status in move)
    assert tuple(change(before, after, side=side) for side in (GRANTOR, GRANTEE, PEER)) == told


def test_every_end_is_told_to_both():
    live = a_delegation(status=S.ACTIVE, delegation_id="d")
    for status in (S.REVOKED, S.EXPIRED, S.CEASED, S.SUSPENDED):
        for side in (GRANTOR, GRANTEE):
            assert change(live, replace(live, status=status), side=side) is not None, (status, side)


@pytest.mark.parametrize(
    ("cause", "grantor", "grantee"),
    [
        ("revoked", K.REVOKED, K.REVOKED),
        ("relinquished", K.RELINQUISHED, None),
        ("review_ended", K.REVIEW_ENDED, K.REVIEW_ENDED),
        ("review_unanswered", K.REVIEW_ENDED, K.REVIEW_ENDED),
    ],
)
def test_why_a_right_was_revoked_is_told(cause, grantor, grantee):
    live = a_delegation(status=S.ACTIVE)
    over = replace(live, status=S.REVOKED, end_cause=cause)
    assert change(live, over, side=GRANTOR) is grantor
    assert change(live, over, side=GRANTEE) is grantee


def test_what_changes_within_a_state_is_told():
    live = a_delegation(status=S.ACTIVE)
    sooner = replace(live, valid_until=TODAY + timedelta(days=2))
    assert change(live, sooner, side=GRANTEE) is K.END_PLANNED
    given = replace(live, grantor=a_party(an_account("hugo.garnier")))
    assert change(live, given, side=GRANTOR) is K.RECEIVED
    assert change(live, given, side=GRANTEE) is K.TRANSFERRED
    lacking = replace(live, effective=False, missing=("DEL_TERMS",))
    assert change(lacking, live, side=GRANTEE) is K.OPERATIONAL
    assert change(lacking, live, side=GRANTOR) is None


def test_a_person_is_the_grantor_of_whom_he_covers_and_never_of_himself():
    absent = a_party(an_account("hugo.garnier"))
    absent = replace(absent, entry_id="e-absent")
    case = a_delegation(grantor=an_account("hugo.garnier"))
    case = replace(case, grantor=absent)
    me = a_me()
    assert side_of(case, me=me) is PEER
    covering = replace(
        me, covers=(Covering(firm_id=FIRM.id, absent_entry_id="e-absent", absent_name="Hugo Garnier", ends_on=TODAY),)
    )
    assert side_of(case, me=covering) is GRANTOR
    assert waiting(case, side=GRANTOR) is K.REQUESTED
    own = replace(case, grantee=a_party(me.account))
    assert side_of(own, me=covering) is GRANTEE


def test_a_right_of_another_firm_concerns_nobody_here():
    case = a_delegation(grantor=an_account("luc.ailleurs"), firm=replace(FIRM, id="other"))
    assert side_of(case, me=a_me()) is None


@pytest.mark.parametrize(
    ("left", "since", "expected"),
    [(30, 5, 30), (31, 5, None), (15, 20, 30), (14, 5, 14), (1, 5, 1), (0, 5, 1), (-1, 5, None), (10, 3, None)],
)
def test_an_end_is_announced_when_it_is_crossed_after_the_first_synchronisation(left, since, expected):
    case = a_delegation(status=S.ACTIVE, valid_from=date(2025, 1, 1), valid_until=TODAY + timedelta(days=left))
    assert level_of(case, today=TODAY, since=TODAY - timedelta(days=since)) == expected


def test_a_right_of_a_week_is_not_announced_to_end_the_day_it_begins():
    case = a_delegation(status=S.ACTIVE, valid_from=TODAY, valid_until=TODAY + timedelta(days=7))
    assert level_of(case, today=TODAY, since=TODAY - timedelta(days=90)) is None
