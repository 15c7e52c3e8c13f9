"""What a firm decides for itself: two approvers, its yearly review, its templates; and who is invited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.catalogue.book import catalogue
from comptexpert_server.catalogue.templates import fault, usual_templates
from comptexpert_server.firms.models import Firm
from tests.server import desk

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
    assert list(told) == [{"codes": ["archives"]}, {"codes": []}]


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
