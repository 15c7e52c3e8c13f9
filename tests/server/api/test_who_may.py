"""Everybody against every decision: who gets through, told from the table of domain rules and nothing else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.firms.models import Firm
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
BODIES: dict[str, dict[str, Any]] = {"refuse": {"note": "Non, merci"}}
PEOPLE = ("grantor", "peer", "grantee", "colleague", "stranger", "trainee of the firm", "struck off", "suspended peer")
UNSEEING = ("colleague", "stranger", "trainee of the firm", "struck off", "suspended peer")
# (action, status): who gets 200; the others who see the case get 403 or 409, the rest 404.
MAY: dict[tuple[str, str], set[str]] = {
    ("approve", "PENDING"): {"grantor"},
    ("refuse", "PENDING"): {"grantor"},
    ("withdraw", "PENDING"): {"grantee"},
    ("transfer", "PENDING"): {"grantor", "peer"},
    ("suspend", "ACTIVE"): {"grantor", "peer"},
    ("revoke", "ACTIVE"): {"grantor", "peer"},
    ("renew", "ACTIVE"): {"grantor"},
    ("transfer", "ACTIVE"): {"grantor", "peer"},
    ("relinquish", "ACTIVE"): {"grantee"},
    ("resume", "SUSPENDED"): {"grantor", "peer"},
    ("revoke", "SUSPENDED"): {"grantor", "peer"},
    ("transfer", "SUSPENDED"): {"grantor", "peer"},
    ("relinquish", "SUSPENDED"): {"grantee"},
}
ACTIONS = ("approve", "refuse", "withdraw", "suspend", "resume", "revoke", "renew", "transfer", "relinquish")


class World:
    """One case and everybody who may look at it."""

    def __init__(self, status: str) -> None:
        self.firm = desk.firm()
        self.successor = desk.entry(self.firm, surname="Successeur")
        self.people: dict[str, Desk] = {
            "grantor": desk.expert(self.firm),
            "peer": desk.expert(self.firm, surname="Ferrand"),
            "grantee": desk.staff(),
            "colleague": desk.staff(self.firm),
            "stranger": desk.expert(desk.firm("Autre")),
            "trainee of the firm": _trainee(self.firm),
            "suspended peer": desk.expert(self.firm, surname="Garnier"),
        }
        lea, agathe = self.people["grantee"], self.people["grantor"]
        self.case = desk.pending(lea, agathe) if status == "PENDING" else desk.active(lea, agathe)
        if status == "SUSPENDED":
            self.case = dict(agathe.decide(self.case, "suspend").body)
        self._end_standing(self.people["suspended peer"])

    def person(self, name: str) -> Desk:
        if name != "struck off":
            return self.people[name]
        self._end_standing(self.people["grantor"])
        return self.people["grantor"]

    @staticmethod
    def _end_standing(person: Desk) -> None:
        listed = desk.grantor_of(person)
        listed.status = "struck_off"
        listed.save()


def _trainee(firm: Firm) -> Desk:
    listed = desk.entry(firm, kind="trainee", surname="Hamon")
    return desk.Desk(desk.account("trainee", "", entry=listed))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("status", ["PENDING", "ACTIVE", "SUSPENDED"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_decision_is_open_to_whom_the_rules_name(action: str, status: str, name: str) -> None:
    world = World(status)
    person = world.person(name)
    body = BODIES.get(action, {"grantor": str(world.successor.pk)} if action == "transfer" else {})
    answer = person.decide(world.case, action, **body)
    if name in UNSEEING:
        unknown = person.decide({"id": str(uuid.uuid4()), "version": 1}, action, **body)
        assert (answer.status, answer.body) == (404, unknown.body)
    elif name in MAY.get((action, status), set()):
        assert answer.status == 200, answer.body
    else:
        assert answer.status in {403, 409}, answer.body


@pytest.mark.parametrize("name", PEOPLE)
def test_a_case_is_shown_to_its_parties_and_its_firm_alone(name: str) -> None:
    world = World("ACTIVE")
    person = world.person(name)
    sees = name not in UNSEEING
    assert person.get(f"/delegations/{world.case['id']}").status == (200 if sees else 404)
    assert bool(person.get("/delegations").body["items"]) is sees
    assert bool(person.get("/sync").body["delegations"]) is sees


@pytest.mark.parametrize("name", PEOPLE)
def test_a_firm_and_its_register_are_shown_to_its_grantors_alone(name: str) -> None:
    world = World("ACTIVE")
    person = world.person(name)
    expected = 200 if name in {"grantor", "peer"} else 404
    assert person.get(f"/firms/{world.firm.pk}").status == expected
    assert person.get("/register", firm=str(world.firm.pk)).status == expected
    terms = person.post(f"/firms/{world.firm.pk}/terms", {"service": "jefacture"})
    assert terms.status == expected
