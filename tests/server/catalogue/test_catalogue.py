"""The catalogue: what it says, and what it opens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comptexpert_server.base.clock import today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations.access import ServiceAccess, access_of
from tests.server import desk

PROFILES = {
    "expert_comptable": "DDDDDDDD",
    "agc_employee_83_ter": "DDDDDDDD",
    "agc_employee_83_quater": "DDDDDDDD",
    "agc_head": "DD-DDDDD",
    "trainee": "DDDDD-LL",
    "memorialiste": "DDDDD-LL",
    "honorary": "DDDDD---",
    "in_company": "DDDDD---",
    "cafcac_track": "DDD-D---",
    "firm_staff": "OLLLLLLL",
    "student": "O-------",
    "teacher": "O-------",
    "unspecified": "O-------",
}
WORDS = {"D": "direct", "L": "delegation", "O": "open", "-": "none"}


def _of(desk_of: desk.Desk, service: str) -> ServiceAccess:
    return next(one for one in access_of(desk_of.account) if one.id == service)


@pytest.mark.parametrize(("profile", "row"), PROFILES.items())
def test_each_profile_opens_what_the_ordre_says(profile: str, row: str) -> None:
    found = [service.profiles[profile] for service in catalogue().services]
    assert found == [WORDS[letter] for letter in row]


def test_the_rights_of_jesignexpert_are_bounded() -> None:
    service = catalogue().service("jesignexpert")
    assert service is not None
    assert {right.id: (right.delegable, right.max_days) for right in service.rights} == {
        "prepare": (True, 365),
        "seal": (True, 180),
        "sign": (True, 180),
        "technical_signature": (False, 180),
    }
    assert [right.id for right in service.rights if right.requires_certificate] == ["sign"]


def test_a_high_risk_right_lasts_six_months_at_most() -> None:
    rights = [right for service in catalogue().services for right in service.rights]
    assert all(right.max_days <= 183 for right in rights if right.risk == "high")


@pytest.mark.django_db
def test_the_catalogue_is_sent_once_and_then_recognised() -> None:
    anyone = desk.anonymous()
    first = anyone.client.get("/api/v1/catalogue")
    assert [service["id"] for service in first.json()["services"]][:2] == ["portal", "bibliordre"]
    again = anyone.client.get("/api/v1/catalogue", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = anyone.client.get("/api/v1/catalogue", headers={"If-None-Match": '"old"'})
    assert other.status_code == 200


@pytest.mark.django_db
def test_an_expert_opens_everything_directly() -> None:
    agathe = desk.expert(desk.firm())
    assert {(one.is_open, one.why) for one in access_of(agathe.account)} == {(True, "DIRECT")}


@pytest.mark.django_db
def test_a_struck_off_expert_opens_nothing() -> None:
    agathe = desk.expert(desk.firm())
    listed = desk.grantor_of(agathe)
    listed.status = "struck_off"
    listed.save()
    agathe.account.refresh_from_db()
    assert {(one.is_open, one.why) for one in access_of(agathe.account)} == {(False, "REG_STRUCK_OFF")}


@pytest.mark.django_db
def test_a_collaborateur_opens_what_was_delegated_and_is_told_why_not_the_rest() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    assert (_of(lea, "portal").why, _of(lea, "portal").is_open) == ("OPEN", True)
    assert (_of(lea, "rfc").why, _of(lea, "rfc").is_open) == ("DEL_REQUIRED", False)
    asked = desk.pending(lea, agathe, service="rfc")
    assert _of(lea, "rfc").why == "DEL_PENDING"
    granted = agathe.decide(asked, "approve").body
    assert (_of(lea, "rfc").why, _of(lea, "rfc").rights) == ("DELEGATED", ("access",))
    agathe.decide(granted, "suspend")
    assert (_of(lea, "rfc").why, _of(lea, "rfc").is_open) == ("DEL_SUSPENDED", False)


@pytest.mark.django_db
def test_a_right_without_its_certificate_does_not_hold_back_the_others() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.active(lea, agathe, service="jesignexpert", rights=["prepare", "sign"])
    assert _of(lea, "jesignexpert").why == "DEL_TERMS"
    agathe.post(f"/firms/{cabinet.pk}/terms", {"service": "jesignexpert"})
    assert (_of(lea, "jesignexpert").why, _of(lea, "jesignexpert").rights) == ("DELEGATED", ("prepare",))
    lea.account.certificate_until = today() + timedelta(days=1)
    lea.account.save()
    assert _of(lea, "jesignexpert").rights == ("prepare", "sign")


@pytest.mark.django_db
def test_a_right_ends_with_the_standing_of_its_grantor_at_the_next_use() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    desk.active(lea, agathe, service="rfc")
    listed = desk.grantor_of(agathe)
    listed.status = "suspended"
    listed.save()
    assert _of(lea, "rfc").is_open is False
