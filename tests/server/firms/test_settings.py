"""What a firm decides for itself: two approvers, its yearly review, its templates; and who is invited."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.catalogue.templates import fault, usual_templates
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms import setting_rules
from comptexpert_server.firms.models import SettingChange
from comptexpert_server.registry.models import Firm
from tests.server import desk
from tests.server.visitor import mails, text_of

pytestmark = pytest.mark.django_db
GRANT = {"service": "rfc", "rights": ["access"]}
TEMPLATE = {"code": "archives", "name": "Archives", "description": "", "days": 90, "grants": [GRANT]}


@pytest.fixture
def agathe() -> desk.Desk:
    return desk.expert(desk.firm())


def _path(person: desk.Desk) -> str:
    entry = desk.grantor_of(person)
    return f"/firms/{entry.firms.get().pk}"


def _set(person: desk.Desk, version: int = 1, **members: object) -> desk.Answer:
    return person.send("PATCH", _path(person), body=members, version=version)


def test_a_firm_without_templates_of_its_own_has_the_usual_four(agathe: desk.Desk) -> None:
    found = agathe.get(_path(agathe)).body["templates"]
    assert [one["code"] for one in found] == ["assistant", "reviewer", "signatory", "it"]
    assert found[2]["grants"] == [{"service": "jesignexpert", "rights": ["prepare", "seal", "sign"]}]


def test_each_usual_template_can_be_granted_as_it_stands(agathe: desk.Desk) -> None:
    assert fault(usual_templates()) is None
    for template in agathe.get(_path(agathe)).body["templates"]:
        end = (timezone.localdate() + timedelta(days=template["days"])).isoformat()
        lea = desk.account()
        for grant in template["grants"]:
            assert agathe.grant(lea, **grant, valid_until=end).status == 201


def test_templates_of_ones_own_replace_the_usual_ones_until_they_are_emptied(agathe: desk.Desk) -> None:
    changed = _set(agathe, templates=[TEMPLATE])
    assert (changed.status, changed.body["templates"], changed.body["version"]) == (200, [TEMPLATE], 2)
    assert len(_set(agathe, 2, templates=[]).body["templates"]) == 4
    told = AuditEvent.objects.filter(action="firm.templates").order_by("number").values_list("data", flat=True)
    assert [data["codes"] for data in told] == [["archives"], []]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"grants": [{"service": "inconnu", "rights": ["access"]}]}, "templates.0.grants.0.service", "UNKNOWN"),
        ({"grants": [{"service": "portal", "rights": ["access"]}]}, "templates.0.grants.0.service", "UNKNOWN"),
        ({"grants": [{"service": "rfc", "rights": ["sign"]}]}, "templates.0.grants.0.rights", "UNKNOWN"),
        ({"grants": [{"service": "rfc", "rights": ["access", "access"]}]}, "templates.0.grants.0.rights", "UNKNOWN"),
        (
            {"grants": [{"service": "jesignexpert", "rights": ["technical_signature"]}]},
            "templates.0.grants.0.rights",
            "DEL_RIGHT_NOT_DELEGABLE",
        ),
        ({"days": 181, "grants": [{"service": "jesignexpert", "rights": ["seal"]}]}, "templates.0.days", "TOO_LONG"),
        ({"grants": [GRANT, GRANT]}, "templates.0.grants", "DUPLICATE"),
        ({"days": 0}, "templates.0.days", "GREATER_THAN_EQUAL"),
        ({"grants": []}, "templates.0.grants", "TOO_SHORT"),
        ({"name": ""}, "templates.0.name", "TOO_SHORT"),
    ],
)
def test_a_template_that_could_not_be_granted_is_refused(
    agathe: desk.Desk, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = _set(agathe, templates=[TEMPLATE | changes])
    told = [(one["field"], one["code"]) for one in answer.body["errors"]]
    assert (answer.status, told) == (422, [(field, code)])


def test_two_templates_of_one_code_are_refused(agathe: desk.Desk) -> None:
    answer = _set(agathe, templates=[TEMPLATE, TEMPLATE])
    assert answer.body["errors"] == [{"field": "templates.1.code", "code": "DUPLICATE"}]


def test_a_template_forgets_a_service_that_left_the_catalogue(agathe: desk.Desk) -> None:
    gone = {"service": "telex", "rights": ["access"]}
    own = [TEMPLATE | {"grants": [gone, GRANT]}, TEMPLATE | {"code": "telex", "grants": [gone]}]
    Firm.objects.update(templates=own)
    assert catalogue().service("telex") is None
    assert agathe.get(_path(agathe)).body["templates"] == [TEMPLATE]


def test_the_day_of_the_yearly_review_is_kept(agathe: desk.Desk) -> None:
    changed = _set(agathe, review_on="01-15")
    assert (changed.status, changed.body["review_on"], changed.body["two_approvers"]) == (200, "01-15", False)
    assert _set(agathe, 2, two_approvers=True).body["review_on"] == "01-15"
    assert _set(agathe, 3, review_on="").body["review_on"] == ""
    assert AuditEvent.objects.filter(action="firm.review_on").count() == 2


@pytest.mark.parametrize(("day", "code"), [("02-29", "NOT_EVERY_YEAR"), ("13-01", "NOT_EVERY_YEAR")])
def test_a_day_that_some_years_lack_is_no_day_of_review(agathe: desk.Desk, day: str, code: str) -> None:
    answer = _set(agathe, review_on=day)
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "review_on", "code": code}])


def test_setting_nothing_is_refused(agathe: desk.Desk) -> None:
    answer = _set(agathe)
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "body", "code": "EMPTY"}])


def test_several_settings_change_together_or_not_at_all(agathe: desk.Desk) -> None:
    refused = _set(agathe, review_on="06-30", templates=[TEMPLATE | {"days": 731}])
    assert (refused.status, agathe.get(_path(agathe)).body["review_on"]) == (422, "")
    assert _set(agathe, review_on="06-30", templates=[TEMPLATE]).body["version"] == 2


def test_who_is_invited_is_told_until_when(agathe: desk.Desk) -> None:
    made = agathe.grant("lea.quemener@alba.example").body
    found = agathe.get(_path(agathe)).body["invitations"]
    lapse = timezone.localdate() + timedelta(days=14)
    assert [(one["delegation_id"], one["email"], one["service"], one["rights"]) for one in found] == [
        (made["id"], "lea.quemener@alba.example", "bibliordre", ["access"])
    ]
    assert found[0]["lapses_on"] == lapse.isoformat()
    assert agathe.decide(made, "revoke").status == 200
    assert agathe.get(_path(agathe)).body["invitations"] == []


def test_terms_name_who_accepted_them(agathe: desk.Desk) -> None:
    agathe.post(f"{_path(agathe)}/terms", {"service": "jefacture"})
    assert agathe.get(_path(agathe)).body["terms"][0]["accepted_by_name"] == "Agathe Delorme"


@pytest.fixture
def bruno(agathe: desk.Desk) -> desk.Desk:
    return desk.expert(desk.grantor_of(agathe).firms.get(), surname="Bihan")


def _waiting(person: desk.Desk) -> list[tuple[str, object, str]]:
    found = person.get(_path(person)).body["pending_settings"]
    return [(one["setting"], one["value"], one["asked_by_name"]) for one in found]


def _acts() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def test_more_control_holds_at_once_and_less_waits_for_the_peers(agathe: desk.Desk, bruno: desk.Desk) -> None:
    assert _set(agathe, two_approvers=True).body["two_approvers"] is True
    asked = _set(agathe, 2, two_approvers=False)
    assert (asked.status, asked.body["two_approvers"]) == (200, True)
    assert _waiting(bruno) == [("two_approvers", False, "Agathe Delorme")]
    again = _set(agathe, 3, two_approvers=False)
    assert (again.status, again.body["two_approvers"]) == (200, True), "one person asks twice"
    assert _acts() == ["firm.two_approvers", "firm.setting_asked"]


def test_a_second_person_who_asks_for_the_same_makes_it_hold(agathe: desk.Desk, bruno: desk.Desk) -> None:
    Firm.objects.update(two_approvers=True)
    _set(agathe, two_approvers=False)
    changed = _set(bruno, 2, two_approvers=False)
    assert (changed.body["two_approvers"], changed.body["pending_settings"]) == (False, [])
    line = AuditEvent.objects.get(action="firm.two_approvers")
    assert (line.actor, line.data["asked_by"]) == (bruno.account.pk, str(agathe.account.pk))


@pytest.mark.parametrize("who", ["agathe", "bruno"])
def test_asking_for_what_is_there_closes_the_demand(who: str, agathe: desk.Desk, bruno: desk.Desk) -> None:
    Firm.objects.update(two_approvers=True)
    _set(agathe, two_approvers=False)
    kept = _set({"agathe": agathe, "bruno": bruno}[who], 2, two_approvers=True)
    assert (kept.body["two_approvers"], kept.body["pending_settings"]) == (True, [])
    run_due(timezone.now() + setting_rules.NOTICE)
    assert agathe.get(_path(agathe)).body["two_approvers"] is True
    assert _acts() == ["firm.setting_asked", "firm.setting_kept"]


def test_the_notice_of_72_hours_carries_what_nobody_opposed(agathe: desk.Desk, bruno: desk.Desk) -> None:
    Firm.objects.update(two_approvers=True)
    _set(agathe, two_approvers=False)
    asked_at = SettingChange.objects.get().asked_at
    assert run_due(asked_at + timedelta(hours=72) - timedelta(seconds=1)) == 0
    assert bruno.get(_path(bruno)).body["two_approvers"] is True
    assert run_due(asked_at + timedelta(hours=72)) == 1
    assert bruno.get(_path(bruno)).body["two_approvers"] is False
    assert AuditEvent.objects.get(action="firm.two_approvers").data["asked_by"] == str(agathe.account.pk)
    assert run_due(asked_at + timedelta(hours=73)) == 0


def test_the_demand_of_somebody_who_left_is_dropped(agathe: desk.Desk, bruno: desk.Desk) -> None:
    Firm.objects.update(two_approvers=True)
    _set(agathe, two_approvers=False)
    desk.grantor_of(agathe).firms.clear()
    run_due(timezone.now() + setting_rules.NOTICE)
    assert (bruno.get(_path(bruno)).body["two_approvers"], _waiting(bruno)) == (True, [])


@pytest.mark.usefixtures("bruno")
def test_another_value_begins_another_notice(agathe: desk.Desk) -> None:
    today = timezone.localdate()
    near, far = [(today + timedelta(days=days)).strftime("%m-%d") for days in (20, 40)]
    assert _set(agathe, review_on=far).body["review_on"] == far
    assert _set(agathe, 2, review_on=near).body["review_on"] == near, "a review that comes sooner"
    _set(agathe, 3, review_on="")
    SettingChange.objects.update(asked_at=timezone.now() - timedelta(hours=71))
    assert _set(agathe, 4, review_on=far).body["review_on"] == near
    assert run_due(timezone.now() + timedelta(hours=2)) == 0
    assert _waiting(agathe) == [("review_on", far, "Agathe Delorme")]


def test_the_peers_are_told_when_it_is_asked_and_when_it_holds(agathe: desk.Desk, bruno: desk.Desk) -> None:
    Firm.objects.update(two_approvers=True)
    _set(agathe, two_approvers=False)
    told = mails()
    assert {mail["To"] for mail in told} == {agathe.account.email, bruno.account.email}
    text = text_of(told[0])
    assert "Agathe DELORME" in text
    assert "Sans opposition" in text
    _set(bruno, 2, two_approvers=False)
    assert len(mails()) == 4


def test_four_eyes_are_not_closed_by_one_person(agathe: desk.Desk, bruno: desk.Desk) -> None:
    """One turns the second approval off, grants, and turns it on again: the grant still waits for somebody else."""
    _set(bruno, two_approvers=True)
    high = {"service": "jesignexpert", "rights": ["seal"]}
    _set(agathe, 2, two_approvers=False)
    assert agathe.grant(desk.account(), **high).body["status"] == "PENDING_SECOND"


@pytest.mark.parametrize(
    ("setting", "before", "after", "expected"),
    [
        ("two_approvers", True, False, True),
        ("two_approvers", False, True, False),
        ("two_approvers", True, True, False),
        ("review_on", "06-30", "", True),
        ("review_on", "", "06-30", False),
        ("review_on", "06-30", "07-01", True),
        ("review_on", "06-30", "06-29", False),
        ("review_on", "06-10", "06-09", True),
        ("templates", [], [1], False),
    ],
)
def test_what_weakens_a_control(setting: str, before: object, after: object, expected: bool) -> None:
    assert setting_rules.weakens(setting, before=before, after=after, today=date(2026, 6, 10)) is expected
