"""What a client hears when it asks what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import signing

from comptexpert_server.base.epoch import current_epoch
from comptexpert_server.delegations.sync import SALT
from comptexpert_server.web.polling import MAX_POLL_SECONDS, POLL_SECONDS, Pace, pace
from tests.server import desk

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def test_the_first_answer_is_everything_and_the_second_is_nothing() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    asked = desk.pending(lea, agathe)
    first = agathe.get("/sync")
    assert (first.status, first.body["full"], [one["id"] for one in first.body["delegations"]]) == (
        200,
        True,
        [asked["id"]],
    )
    assert agathe.get("/sync", cursor=first.body["cursor"]).status == 304


def test_a_client_is_told_when_to_ask_again() -> None:
    agathe = desk.expert(desk.firm())
    first = agathe.get("/sync")
    again = agathe.get("/sync", cursor=first.body["cursor"])
    assert [one.headers["Retry-After"] for one in (first, again)] == [str(pace.seconds())] * 2


def test_clients_are_asked_to_come_more_rarely_while_requests_wait() -> None:
    measured = Pace()
    assert measured.seconds() == POLL_SECONDS
    for _ in range(100):
        measured.note(0.02)
    busy = measured.seconds()
    assert 1.9 * POLL_SECONDS < busy < 2.1 * POLL_SECONDS
    for _ in range(100):
        measured.note(1.0)
    assert measured.seconds() == MAX_POLL_SECONDS
    for _ in range(200):
        measured.note(0.0)
    assert measured.seconds() < busy


def test_a_change_comes_alone() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    asked = desk.pending(lea, agathe)
    desk.pending(lea, agathe, service="rfc")
    cursor = lea.get("/sync").body["cursor"]
    agathe.decide(asked, "approve")
    heard = lea.get("/sync", cursor=cursor).body
    assert [(one["id"], one["status"]) for one in heard["delegations"]] == [(asked["id"], "ACTIVE")]
    assert (heard["full"], heard["removed"]) == (False, [])


def test_a_change_of_somebody_else_is_not_heard() -> None:
    cursor_owner = desk.expert(desk.firm())
    cursor = cursor_owner.get("/sync").body["cursor"]
    desk.pending(desk.staff(), desk.expert(desk.firm("Autre")))
    assert cursor_owner.get("/sync", cursor=cursor).status == 304


def test_accepted_terms_are_heard_by_the_collaborateur() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.active(lea, agathe, service="jesignexpert", rights=["prepare"])
    cursor = lea.get("/sync").body["cursor"]
    agathe.post(f"/firms/{cabinet.pk}/terms", {"service": "jesignexpert"})
    heard = lea.get("/sync", cursor=cursor).body["delegations"]
    assert [one["effective"] for one in heard] == [True]


def test_an_expert_who_leaves_a_firm_no_longer_sees_it() -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    agathe, bruno = desk.expert(alba, brume), desk.expert(alba, surname="Ferrand")
    asked = desk.pending(desk.staff(), bruno)
    cursor = agathe.get("/sync").body["cursor"]
    desk.grantor_of(agathe).firms.remove(alba)
    heard = agathe.get("/sync", cursor=cursor).body
    assert (heard["removed"], heard["delegations"]) == ([asked["id"]], [])
    assert agathe.get("/sync", cursor=heard["cursor"]).status == 304


def test_who_grants_in_a_hundred_firms_follows_them_too() -> None:
    firms = [desk.firm() for _ in range(100)]
    agathe = desk.expert(*firms)
    told = agathe.get("/sync")
    assert len(told.body["cursor"]) < 500
    assert agathe.get("/sync", cursor=told.body["cursor"]).status == 304
    desk.pending(desk.staff(), agathe, firm=str(firms[0].pk))
    later = agathe.get("/sync", cursor=told.body["cursor"]).body
    assert (later["full"], len(later["delegations"])) == (False, 1)
    desk.grantor_of(agathe).firms.remove(firms[0])
    assert agathe.get("/sync", cursor=later["cursor"]).body["full"] is True


def test_an_expert_who_joins_a_firm_hears_all_of_it() -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    agathe, bruno = desk.expert(brume), desk.expert(alba, surname="Ferrand")
    asked = desk.pending(desk.staff(), bruno)
    cursor = agathe.get("/sync").body["cursor"]
    desk.grantor_of(agathe).firms.add(alba)
    heard = agathe.get("/sync", cursor=cursor).body
    assert [one["id"] for one in heard["delegations"]] == [asked["id"]]


@pytest.mark.parametrize("cursor", ["", "nothing", "a:b:c"])
def test_an_unreadable_cursor_gives_everything(cursor: str) -> None:
    assert desk.expert(desk.firm()).get("/sync", cursor=cursor).body["full"] is True


def test_a_cursor_of_another_account_or_epoch_gives_everything() -> None:
    agathe = desk.expert(desk.firm())
    stranger = desk.staff().get("/sync").body["cursor"]
    assert agathe.get("/sync", cursor=stranger).body["full"] is True
    old = signing.dumps(["another epoch", 0, str(agathe.account.pk), []], salt=SALT)
    assert agathe.get("/sync", cursor=old).body["full"] is True
    ahead = signing.dumps([current_epoch(), 10**9, str(agathe.account.pk), []], salt=SALT)
    assert agathe.get("/sync", cursor=ahead).body["full"] is True


def test_hearing_nothing_costs_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agathe = desk.expert(desk.firm())
    cursor = agathe.get("/sync").body["cursor"]
    with django_assert_num_queries(3):  # the token with its account and entry, the counter, the firms
        assert agathe.get("/sync", cursor=cursor).status == 304
