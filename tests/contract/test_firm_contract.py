"""A cabinet, read and changed: the same of the fake and of the real server."""

from __future__ import annotations

from datetime import date

import pytest

from comptexpert_desktop.errors import Refused, SessionExpired, Stale
from comptexpert_desktop.usecases.ports import Call
from tests.fakes import new_uuid


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
