"""The site of a service tells by its very call that the holder of a right came today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.last_use import note_use
from comptexpert_server.delegations.models import Delegation, LastUse
from comptexpert_server.sso.clients import register_site
from tests.server import desk
from tests.server.visitor import Application, Visitor, token_call

RETURN = "https://bibliordre.example/retour"
pytestmark = pytest.mark.django_db


def _visit(service: str, *, login_id: str) -> str:
    """Sign in at a site; give its access token."""
    client_id, secret = register_site("Site", redirect_uri=RETURN, service=service)
    browser, site = Visitor(), Application(client_id=client_id)
    browser.sign_in(login_id)
    asked = site.request(scope="openid profile", redirect_uri=RETURN)
    page = browser.get("/identity/o/authorize", **asked)
    if page.status_code == 200:
        page = browser.submit(page, action="grant")
    code = page["Location"].split("code=")[1].split("&")[0]
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "client_id": client_id}
    answer = token_call(body | {"client_secret": secret, "code_verifier": site.verifier})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


@pytest.fixture
def right(crowd: None) -> Delegation:
    """A right of a collaborator of the rehearsal at one service."""
    holder = Account.objects.filter(said_profile="other", is_active=True, memberships__ended_at=None).first()
    assert holder is not None
    granted = desk.expert(desk.firm()).grant(holder)
    assert granted.status == 201, granted.body
    return Delegation.objects.get(pk=granted.body["id"])


def test_a_visit_at_the_site_of_the_service_notes_the_day_on_the_right(right: Delegation) -> None:
    assert right.grantee is not None
    token = _visit("bibliordre", login_id=right.grantee.login_id)
    assert LastUse.objects.get().on == today()
    LastUse.objects.all().delete()
    answer = Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["comptexpert_delegations"][0]["rights"] == ["access"]
    assert LastUse.objects.get().delegation == right


@pytest.mark.parametrize("service", ["rfc", ""])
def test_another_site_notes_nothing(right: Delegation, service: str) -> None:
    assert right.grantee is not None
    _visit(service, login_id=right.grantee.login_id)
    assert not LastUse.objects.exists()


def test_a_suspended_right_is_not_used(right: Delegation) -> None:
    assert right.grantee is not None
    Delegation.objects.update(status="SUSPENDED")
    _visit("bibliordre", login_id=right.grantee.login_id)
    assert not LastUse.objects.exists()


def test_the_day_moves_forward_only_and_leaves_one_row(right: Delegation) -> None:
    for day in (today(), today() + timedelta(days=1), today()):
        note_use([right], on=day)
    assert LastUse.objects.get().on == today() + timedelta(days=1)


def test_noting_the_day_is_no_change_of_the_right(right: Delegation) -> None:
    note_use([right], on=date(2027, 1, 4))
    after = Delegation.objects.get(pk=right.pk)
    assert (after.version, after.sequence) == (right.version, right.sequence)
