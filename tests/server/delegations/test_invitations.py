"""An invitation that its owner accepts takes nothing of what they have by then (BR-31)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from comptexpert_server.base.clock import today
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms.services import accept_terms
from tests.server import desk
from tests.server.delegations.test_chain import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("invited_until", "granted_until", "expected"),
    [
        (60, 20, {2: ["seal"], 3: ["prepare", "seal"], 20: ["prepare", "seal"], 21: ["prepare"], 60: ["prepare"]}),
        (20, 60, {2: ["seal"], 3: ["prepare", "seal"], 20: ["prepare", "seal"], 21: ["seal"], 60: ["seal"]}),
    ],
)
def test_what_was_granted_meanwhile_stays_beside_it(
    invited_until: int, granted_until: int, expected: dict[int, list[str]]
) -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff(activated_at=timezone.now())
    accept_terms(cabinet, service="jesignexpert", account=agathe.account, at=timezone.now())
    days = {"valid_from": day(3), "valid_until": day(invited_until)}
    invited = agathe.grant(lea.account.email, service="jesignexpert", rights=["prepare"], **days).body
    assert invited["grantee"]["account_id"] is None, "whose address it is, is nobody's business"
    granted = agathe.grant(lea.account, service="jesignexpert", rights=["seal"], valid_until=day(granted_until))
    assert granted.body["status"] == "ACTIVE"
    assert eligibility.accept_invitation(lea.account, invitation=uuid.UUID(invited["id"]), at=timezone.now())
    for number, rights in expected.items():
        run_due(timezone.now() + timedelta(days=number))
        found = access_of(lea.account, today=today() + timedelta(days=number))
        assert list(next(one.rights for one in found if one.id == "jesignexpert")) == rights, number
