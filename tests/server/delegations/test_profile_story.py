"""« Je change de statut »: what is foretold of another profile is what happens, and those concerned are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations import registry_changes
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm

pytestmark = pytest.mark.django_db
TRANSITIONS = [
    ("trainee", "memorialiste"),
    ("memorialiste", "expert_comptable"),
    ("cafcac_track", "expert_comptable"),
    ("agc_employee_83_ter", "expert_comptable"),
    ("expert_comptable", "in_company"),
    ("in_company", "expert_comptable"),
    ("expert_comptable", "honorary"),
    ("honorary", "expert_comptable"),
]


def member(cabinet: Firm, *, profile: str) -> desk.Desk:
    listed = desk.entry(cabinet, surname="Trégor", kind=profile)
    return desk.Desk(desk.account(profile, "", entry=listed, email=listed.email))


def moved(person: desk.Desk, *, to: str) -> desk.Desk:
    """Let the registry put somebody on another list."""
    entry = RegistryEntry.objects.get(pk=desk.grantor_of(person).pk)
    former = registry_changes.former_of(entry)
    entry.list = to
    entry.save()
    registry_changes.follow(entry, members=["list"], former=former, at=timezone.now())
    return desk.Desk(Account.objects.select_related("entry").get(pk=person.account.pk))


def open_services(person: desk.Desk) -> set[str]:
    return {one["name"] for one in person.get("/me").body["services"] if one["access"] in {"direct", "open"}}


def story(person: desk.Desk) -> dict[str, Any]:
    shown = person.get("/me/profile")
    assert shown.status == 200
    found: dict[str, Any] = shown.body
    return found


@pytest.mark.parametrize(("before", "after"), TRANSITIONS)
def test_what_is_foretold_is_what_happens(before: str, after: str) -> None:
    cabinet = desk.firm()
    person, bruno = member(cabinet, profile=before), desk.expert(cabinet, surname="Ferrand")
    may_hold = person.ask(desk.grantor_of(bruno), service="jesignexpert", rights=["prepare"]).status == 201
    may_give = person.grant(desk.account(), service="rfc").status == 201
    told = story(person)
    other = next(one for one in told["others"] if one["profile"] == after)
    was_open = open_services(person)
    person = moved(person, to=after)
    is_open = open_services(person)
    assert set(other["opens"]) == is_open - was_open
    assert set(other["closes"]) | set(other["by_delegation"]) == was_open - is_open
    assert other["may_grant"] is person.get("/me").body["account"]["may_grant"]
    held = Delegation.objects.filter(grantee=person.account)
    assert held.filter(status="CEASED").count() == other["ends_held"] <= int(may_hold)
    given = Delegation.objects.filter(grantor=desk.grantor_of(person))
    assert len(told["granted"]) == given.count() == int(may_give)
    assert given.filter(status="CEASED").count() == (0 if other["may_grant"] else int(may_give))
    assert [(one["before"], one["after"]) for one in story(person)["steps"]] == [(before, after)]


def test_what_was_granted_names_its_holder_and_who_may_take_over() -> None:
    cabinet, alone = desk.firm(), desk.firm("Cabinet Brume")
    agathe = desk.expert(cabinet, alone)
    desk.expert(cabinet, surname="Ferrand")
    agathe.grant(desk.account(), service="rfc", firm=str(cabinet.pk))
    agathe.grant("neuve@alba.example", service="rfc", firm=str(alone.pk))
    found = [(one["firm"]["name"], one["holder"], one["peers"]) for one in story(agathe)["granted"]]
    assert found == [("Cabinet Alba", "Léa Quémener", 1), ("Cabinet Brume", "neuve@alba.example", 0)]


def test_peers_are_told_what_needs_a_successor_and_nobody_when_nothing_ended() -> None:
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    agathe.grant(desk.account(), service="rfc")
    Email.objects.all().delete()
    moved(agathe, to="agc_employee_83_ter")
    assert not [mail for mail in Email.objects.all() if mail.to == [bruno.account.email]]
    moved(agathe, to="honorary")
    (mail,) = [mail for mail in Email.objects.all() if mail.to == [bruno.account.email]]
    for part in ("Agathe DELORME", "Expert-comptable honoraire", "Cabinet Alba", "Léa QUÉMENER", "successeur"):
        assert part in mail.message


def test_somebody_outside_the_registry_sees_every_profile_and_grants_nothing() -> None:
    told = story(desk.staff())
    assert (len(told["others"]), told["granted"], told["steps"]) == (8, [], [])
