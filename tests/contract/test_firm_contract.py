"""A cabinet, read and changed: the same of the fake and of the real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.firm import ABSENCE_WAIT_HOURS, AbsenceStatus
from comptexpert_desktop.domain.firm_rules import MAX_ABSENCE_DAYS, covers_possible, is_open, open_absence_of
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import Refused, SessionExpired, Stale
from comptexpert_desktop.usecases.firm.firm import change_template, restore_templates
from tests.fakes import new_uuid
from tests.fakes_wire import Call, call_of


@pytest.fixture
def firm_id(world):
    return world.server.me(token=world.expert.token).firms[0].id


def terms(world, firm_id, *, key=None):
    return Call("POST", f"/firms/{firm_id}/terms", {"service": world.service}, key or new_uuid())


def test_a_grantor_reads_his_cabinet(world, firm_id):
    page = world.server.firm(firm_id, token=world.expert.token)
    assert page.id == firm_id
    assert page.name
    assert world.expert.account_id in {one.account_id for one in page.experts}


def test_nobody_else_reads_it(world, firm_id):
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.firm(firm_id, token=world.staff.token)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.firm(new_uuid(), token=world.expert.token)
    with pytest.raises(SessionExpired):
        world.server.firm(firm_id, token="none")


def test_accepted_terms_are_shown_with_their_day(world, firm_id):
    call = terms(world, firm_id)
    page = world.server.change_firm(call, token=world.expert.token)
    accepted = page.terms_of(world.service)
    assert accepted is not None
    assert accepted.accepted_at.date() >= date(2025, 1, 1)
    assert world.server.change_firm(call, token=world.expert.token) == page
    assert world.server.firm(firm_id, token=world.expert.token).terms == page.terms


def test_a_setting_read_too_long_ago_is_stale_and_nothing_changes(world, firm_id):
    before = world.server.firm(firm_id, token=world.expert.token)
    body = {"two_approvers": before.two_approvers}
    old = Call("PATCH", f"/firms/{firm_id}", body, new_uuid(), if_match=before.version + 7)
    with pytest.raises(Stale, match="FIRM_STALE"):
        world.server.change_firm(old, token=world.expert.token)
    assert world.server.firm(firm_id, token=world.expert.token) == before
    good = Call("PATCH", f"/firms/{firm_id}", body, new_uuid(), if_match=before.version)
    assert world.server.change_firm(good, token=world.expert.token).version == before.version + 1


def test_ending_a_membership_that_does_not_exist_is_refused(world, firm_id):
    call = Call("DELETE", f"/firms/{firm_id}/members/{new_uuid()}", {}, new_uuid())
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.change_firm(call, token=world.expert.token)


def absences(world, firm_id, body, *, token=""):
    call = Call("POST", f"/firms/{firm_id}/absences", body, new_uuid())
    return world.server.change_firm(call, token=token or world.expert.token)


def stop(world, firm_id, absence, how):
    call = Call("POST", f"/firms/{firm_id}/absences/{absence.id}/{how}", {}, new_uuid())
    return world.server.change_firm(call, token=world.expert.token)


@pytest.fixture
def peer(world, firm_id):
    """A colleague with an account, and no absence left open by another test."""
    page = world.server.firm(firm_id, token=world.expert.token)
    for one in page.absences:
        if is_open(one):
            stop(world, firm_id, one, "end")
    return covers_possible(page, account_id=world.expert.account_id)[0]


def lasting(world, days, **who):
    day = day_in_france(world.server.clock()) + timedelta(days=days)
    return {"ends_on": day.isoformat(), "reason": "Congé de quelques jours", **who}


def test_a_named_cover_decides_at_once_and_once(world, firm_id, peer):
    body = lasting(world, 10, cover=peer.entry_id)
    page = absences(world, firm_id, body)
    made = page.absences[0]
    assert (made.cover.entry_id, made.status) == (peer.entry_id, AbsenceStatus.ACTIVE)
    assert made.ends_on.isoformat() == body["ends_on"]
    assert open_absence_of(page, entry_id=made.absent.entry_id) == made
    with pytest.raises(Refused, match="ABSENCE_DUPLICATE"):
        absences(world, firm_id, body)
    with pytest.raises(Refused, match="ABSENCE_WRONG_STATUS"):
        stop(world, firm_id, made, "object")
    assert stop(world, firm_id, made, "end").absences[0].status is AbsenceStatus.ENDED


def test_a_cover_that_is_asked_waits_and_cannot_be_refused_by_who_asked(world, firm_id, peer):
    made = absences(world, firm_id, lasting(world, 10, absent=peer.entry_id)).absences[0]
    assert (made.absent.entry_id, made.status) == (peer.entry_id, AbsenceStatus.WAITING)
    assert made.starts_at - made.asked_at == timedelta(hours=ABSENCE_WAIT_HOURS)
    with pytest.raises(Refused, match="ABSENCE_NOT_YOURS"):
        stop(world, firm_id, made, "object")
    assert stop(world, firm_id, made, "end").absences[0].status is AbsenceStatus.ENDED


@pytest.mark.parametrize("days", [-1, MAX_ABSENCE_DAYS + 1])
def test_a_cover_that_ends_too_early_or_too_late_is_refused(world, firm_id, peer, days):
    with pytest.raises(Refused, match="INVALID_INPUT"):
        absences(world, firm_id, lasting(world, days, cover=peer.entry_id))


def test_the_day_of_the_review_is_kept(world, firm_id):
    version = world.server.firm(firm_id, token=world.expert.token).version
    call = Call("PATCH", f"/firms/{firm_id}", {"review_on": "03-31"}, new_uuid(), if_match=version)
    assert world.server.change_firm(call, token=world.expert.token).review_on == "03-31"


def test_a_template_is_changed_and_the_usual_ones_come_back(world, firm_id):
    page = world.server.firm(firm_id, token=world.expert.token)
    shorter = replace(page.templates[0], days=30)
    call = call_of(Sending(new_uuid(), change_template(page, template=shorter)))
    assert world.server.change_firm(call, token=world.expert.token).templates == (shorter, *page.templates[1:])
    page = world.server.firm(firm_id, token=world.expert.token)
    back = world.server.change_firm(call_of(Sending(new_uuid(), restore_templates(page))), token=world.expert.token)
    assert [one.code for one in back.templates] == [one.code for one in page.templates]
    assert back.templates[0].days > shorter.days


def test_less_control_waits_for_a_second_person_and_more_holds_at_once(world, firm_id):
    def demand(requested):
        version = world.server.firm(firm_id, token=world.expert.token).version
        call = Call("PATCH", f"/firms/{firm_id}", {"two_approvers": requested}, new_uuid(), if_match=version)
        return world.server.change_firm(call, token=world.expert.token)

    assert demand(requested=True).two_approvers
    asked = demand(requested=False)
    assert asked.two_approvers
    assert asked.pending("two_approvers").value is False
    assert demand(requested=True).pending_settings == ()
