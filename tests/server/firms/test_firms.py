"""A firm, as those who grant for it see and change it."""

from __future__ import annotations

import pytest

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.firms.selectors import firms_of, may_grant
from tests.server import desk

pytestmark = pytest.mark.django_db


def test_a_grantor_sees_the_people_of_the_firm() -> None:
    cabinet = desk.firm()
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff(cabinet)
    absent = desk.entry(cabinet, surname="Garnier")
    answer = agathe.get(f"/firms/{cabinet.pk}")
    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert [(one["surname"], one["account_id"]) for one in answer.body["experts"]] == [
        ("Delorme", str(agathe.account.pk)),
        ("Ferrand", str(bruno.account.pk)),
        (absent.surname, None),
    ]
    assert [one["account_id"] for one in answer.body["members"]] == [str(lea.account.pk)]


def test_nobody_else_sees_the_firm() -> None:
    cabinet = desk.firm()
    for person in (desk.staff(cabinet), desk.expert(desk.firm("Autre"))):
        assert person.get(f"/firms/{cabinet.pk}").status == 404


def test_two_approvers_are_asked_for_under_the_version_that_was_seen() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    path = f"/firms/{cabinet.pk}"
    assert agathe.send("PATCH", path, body={"two_approvers": True}).status == 428
    changed = agathe.send("PATCH", path, body={"two_approvers": True}, version=1)
    assert (changed.status, changed.body["two_approvers"], changed.headers["ETag"]) == (200, True, '"2"')
    stale = agathe.send("PATCH", path, body={"two_approvers": False}, version=1)
    assert (stale.status, stale.code) == (412, "FIRM_STALE")
    assert AuditEvent.objects.filter(action="firm.two_approvers").count() == 1


def test_terms_are_accepted_once() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    for _time in range(2):
        answer = agathe.post(f"/firms/{cabinet.pk}/terms", {"service": "jefacture"})
        assert [one["service"] for one in answer.body["terms"]] == ["jefacture"]
    assert (TermsAcceptance.objects.count(), AuditEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize("service", ["rfc", "inconnu"])
def test_a_service_without_terms_has_none_to_accept(service: str) -> None:
    cabinet = desk.firm()
    answer = desk.expert(cabinet).post(f"/firms/{cabinet.pk}/terms", {"service": service})
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "service", "code": "NO_TERMS"}])


def test_a_collaborateur_accepts_no_terms() -> None:
    cabinet = desk.firm()
    assert desk.staff(cabinet).post(f"/firms/{cabinet.pk}/terms", {"service": "jefacture"}).status == 404


def test_a_member_who_leaves_loses_every_right_in_the_firm() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    granted, asked = desk.active(lea, agathe), desk.pending(lea, agathe, service="rfc")
    elsewhere = desk.active(lea, desk.expert(desk.firm("Autre")))
    answer = agathe.send("DELETE", f"/firms/{cabinet.pk}/members/{lea.account.pk}")
    assert (answer.status, answer.body["members"]) == (200, [])
    statuses = [lea.get(f"/delegations/{one['id']}").body["status"] for one in (granted, asked, elsewhere)]
    assert statuses == ["CEASED", "CEASED", "ACTIVE"]
    assert lea.get(f"/delegations/{granted['id']}").body["end_cause"] == "member_left"
    assert Membership.objects.filter(account=lea.account, ended_at=None).count() == 1


def test_someone_who_is_no_member_cannot_leave() -> None:
    cabinet = desk.firm()
    answer = desk.expert(cabinet).send("DELETE", f"/firms/{cabinet.pk}/members/{desk.account().pk}")
    assert answer.status == 404


def test_firms_are_told_with_the_role() -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    agathe, lea = desk.expert(alba, brume), desk.staff(brume)
    assert [(one.firm.name, one.role) for one in firms_of(agathe.account)] == [
        ("Alba", "grantor"),
        ("Brume", "grantor"),
    ]
    assert [(one.firm.name, one.role) for one in firms_of(lea.account)] == [("Brume", "staff")]


@pytest.mark.parametrize(
    ("profile", "kind", "status", "expected"),
    [
        ("expert_comptable", "expert_comptable", "active", True),
        ("agc_head", "expert_comptable", "active", True),
        ("agc_employee_83_ter", "agc_employee_83_ter", "active", True),
        ("expert_comptable", "expert_comptable", "suspended", False),
        ("expert_comptable", "expert_comptable", "struck_off", False),
        ("trainee", "trainee", "active", False),
        ("honorary", "honorary", "active", False),
        ("in_company", "in_company", "active", False),
    ],
)
def test_who_may_grant(profile: str, kind: str, status: str, *, expected: bool) -> None:
    listed = desk.entry(desk.firm(), kind=kind)
    listed.status = status
    listed.save()
    assert may_grant(desk.account(profile, "", entry=listed)) is expected


def test_an_agc_head_without_an_entry_grants_nothing() -> None:
    assert may_grant(desk.account("agc_head", "")) is False
