"""The number of a delegation follows from the key of its request: after a restore, the same request has it again."""

from __future__ import annotations

from uuid import uuid4

import pytest

from comptexpert_server.delegations.models import Delegation
from comptexpert_server.inbox.models import InboxRecord
from tests.server import desk

pytestmark = pytest.mark.django_db


def asked(staff: desk.Desk, expert: desk.Desk, *, key: str) -> desk.Answer:
    grantor = str(desk.grantor_of(expert).pk)
    body = {"service": "bibliordre", "rights": ["access"], "grantor": grantor, "reason": desk.REASON}
    return staff.post("/delegations", body, key=key)


def test_a_request_that_a_restored_server_forgot_has_its_number_again() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    key = str(uuid4())
    first = asked(lea, agathe, key=key).body["id"]
    Delegation.objects.all().delete()
    InboxRecord.objects.all().delete()
    assert asked(lea, agathe, key=key).body["id"] == first
    assert agathe.decide(lea.get(f"/delegations/{first}").body, "approve").status == 200


def test_a_key_that_was_forgotten_after_its_ninety_days_makes_no_second_one() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    key = str(uuid4())
    first = asked(lea, agathe, key=key).body["id"]
    InboxRecord.objects.all().delete()
    again = asked(lea, agathe, key=key)
    assert (again.status, again.code, again.body["existing"]) == (409, "DEL_DUPLICATE", first)
    assert Delegation.objects.count() == 1


def test_the_same_key_of_two_people_makes_two() -> None:
    agathe, lea, noe = desk.expert(desk.firm()), desk.staff(), desk.staff()
    key = str(uuid4())
    made = {asked(one, agathe, key=key).body["id"] for one in (lea, noe)}
    assert len(made) == 2
