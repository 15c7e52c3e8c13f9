"""Pages of delegations: several sources, one order, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from comptexpert_server.delegations.models import Delegation
from tests.server import desk

pytestmark = pytest.mark.django_db
REQUESTED: list[dict[str, Any]] = [
    {},
    {"role": "grantor"},
    {"role": "grantee"},
    {"status": "ACTIVE"},
    {"q": "quemener"},
    {"q": "quemener", "status": "PENDING"},
]


class Crowd:
    """Bruno, a mémorialiste who became expert-comptable of two firms, and who has rights himself in a third."""

    def __init__(self) -> None:
        self.firms = [desk.firm("Alba"), desk.firm("Brume")]
        self.bruno = desk.expert(*self.firms, surname="Ferrand")
        self.agathe = desk.expert(self.firms[0])
        elsewhere = desk.expert(desk.firm("Autre"), surname="Garnier")
        for number in range(4):
            lea = desk.staff()
            desk.pending(lea, self.bruno, firm=str(self.firms[number % 2].pk), service="rfc")
            desk.active(lea, self.agathe)
            desk.pending(lea, elsewhere)
        own = Delegation.objects.filter(grantor=elsewhere.account.entry_id).order_by("sequence")[:2]
        Delegation.objects.filter(pk__in=[one.pk for one in own]).update(grantee=self.bruno.account)
        left = desk.grantor_of(self.bruno)
        left.firms.remove(self.firms[1])  # what he granted there stays in his sight


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def _pages(person: desk.Desk, **requested: Any) -> list[str]:
    found, cursor = [], ""
    while True:
        page = person.get("/delegations", limit=3, cursor=cursor, **requested).body
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found


def test_small_pages_make_the_large_one(crowd: Crowd) -> None:
    for requested in REQUESTED:
        whole = crowd.bruno.get("/delegations", limit=200, **requested).body
        ids = [one["id"] for one in whole["items"]]
        assert _pages(crowd.bruno, **requested) == ids, requested
        assert len(ids) == len(set(ids)), requested
        newest = Delegation.objects.filter(pk__in=ids).order_by("-sequence", "-pk").values_list("pk", flat=True)
        assert ids == [str(pk) for pk in newest], requested


def test_each_source_of_what_one_may_see_is_in_the_list(crowd: Crowd) -> None:
    counts = [len(_pages(crowd.bruno, **requested)) for requested in REQUESTED]
    assert counts == [10, 8, 2, 4, 8, 4]


def test_changes_that_share_a_number_are_paged_by_their_ids(crowd: Crowd) -> None:
    Delegation.objects.update(sequence=7)
    assert len(set(_pages(crowd.bruno))) == len(_pages(crowd.bruno)) == 10


@pytest.mark.parametrize("cursor", [f"1~{'0' * 36}", f"1~{'-' * 36}", "1~", "~", f"{'9' * 19}~{'0' * 8}", "٣~x"])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    person = desk.expert(desk.firm())
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = person.client.get("/api/v1/delegations", query_params={"cursor": cursor}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
