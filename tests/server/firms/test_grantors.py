"""Whom a member may ask in their own cabinets: named without a search, and nobody of any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptexpert_server.base.clock import now
from comptexpert_server.firms.models import Membership
from comptexpert_server.me import grantors
from comptexpert_server.registry.models import EntryStatus
from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


def named(person: Desk) -> list[tuple[str, str]]:
    answer = person.get("/me/grantors")
    assert answer.status == 200, answer.body
    return [(one["surname"], one["firm"]["name"]) for one in answer.body["items"]]


def test_a_member_finds_everybody_who_grants_in_the_cabinet_whether_asked_before_or_not() -> None:
    alba, other = desk.firm("Cabinet Alba"), desk.firm("Cabinet Brise")
    for surname, kind in (
        ("Morel", "expert_comptable"),
        ("Aubier", "agc_employee_83_ter"),
        ("Vasseur", "honorary"),
        ("Roche", "trainee"),
    ):
        desk.entry(alba, surname=surname, kind=kind)
    desk.entry(other, surname="Ailleurs")
    assert named(desk.staff(alba)) == [("Aubier", "Cabinet Alba"), ("Morel", "Cabinet Alba")]


def test_nothing_is_told_but_what_the_registry_shows_to_all() -> None:
    alba = desk.firm()
    desk.entry(alba)
    (one,) = desk.staff(alba).get("/me/grantors").body["items"]
    assert set(one) == {"entry_id", "surname", "given_name", "town", "council", "list", "firm"}
    assert set(one["firm"]) == {"id", "siren", "name"}


def test_who_belongs_to_no_cabinet_or_left_it_is_told_nobody() -> None:
    alba = desk.firm()
    desk.entry(alba)
    leaver = desk.staff(alba)
    assert len(named(leaver)) == 1
    Membership.objects.filter(account=leaver.account).update(ended_at=now())
    assert named(leaver) == []
    assert named(desk.staff()) == []


def test_who_may_not_grant_by_now_is_not_named_nor_is_oneself() -> None:
    alba = desk.firm()
    struck = desk.entry(alba, surname="Rayé")
    struck.status = EntryStatus.STRUCK_OFF
    struck.save()
    agathe, bruno = desk.expert(alba, surname="Delorme"), desk.entry(alba, surname="Morel")
    assert named(agathe) == [(bruno.surname, alba.name)]


def test_of_a_very_large_cabinet_the_rest_is_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grantors, "MAX_SHOWN", 2)
    alba = desk.firm()
    for surname in ("Aubier", "Morel", "Petit"):
        desk.entry(alba, surname=surname)
    answer = desk.staff(alba).get("/me/grantors").body
    assert ([one["surname"] for one in answer["items"]], answer["has_more"]) == (["Aubier", "Morel"], True)
