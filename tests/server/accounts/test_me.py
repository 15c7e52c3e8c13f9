"""`/me`: who calls, for which cabinets, and what each service opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.registry.models import RegistryEntry
from tests.server.visitor import Application, me, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


def shown_to(login_id: str) -> dict[str, Any]:
    answer = me(Application().tokens(login_id=login_id)["access_token"])
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_an_expert_comptable_may_grant_and_opens_everything() -> None:
    shown = shown_to("claire.delaunay")
    assert shown["account"]["may_grant"] is True
    assert shown["account"]["entry_id"] == person("ec")["entry_id"]
    assert shown["account"]["masked_email"] == "e•••@r•••.example"
    assert "email" not in shown["account"]
    assert [(firm["name"], firm["role"]) for firm in shown["firms"]] == [("Cabinet Delaunay & Associés", "grantor")]
    assert all(service["is_open"] for service in shown["services"])


def test_a_collaborateur_sees_why_a_service_is_closed() -> None:
    shown = shown_to("nadia.ferrand")
    assert shown["account"]["may_grant"] is False
    assert [firm["role"] for firm in shown["firms"]] == ["staff"]
    services = {service["id"]: service for service in shown["services"]}
    assert services["portal"]["is_open"] is True
    assert (services["bibliordre"]["access"], services["bibliordre"]["is_open"]) == ("delegation", False)
    assert services["bibliordre"]["why"] == "DEL_REQUIRED"
    assert shown["missing"] == []


def test_what_keeps_a_granted_right_from_working_is_named() -> None:
    Delegation.objects.create(
        firm_id=person("ec")["firms"][0]["id"],
        service="jesignexpert",
        rights=["sign"],
        grantor_id=person("ec")["entry_id"],
        grantee=Account.objects.get(login_id="nadia.ferrand"),
        status="ACTIVE",
    )
    assert shown_to("nadia.ferrand")["missing"] == ["DEL_CERT_REQUIRED"]


def test_an_unchanged_answer_is_not_sent_again() -> None:
    bearer = {"Authorization": f"Bearer {Application().tokens()['access_token']}"}
    first = Client().get("/api/v1/me", headers=bearer)
    assert Client().get("/api/v1/me", headers=bearer | {"If-None-Match": first["ETag"]}).status_code == 304
    RegistryEntry.objects.filter(account__login_id="claire.delaunay").update(surname="Delaunay-Riou")
    assert Client().get("/api/v1/me", headers=bearer | {"If-None-Match": first["ETag"]}).status_code == 200
