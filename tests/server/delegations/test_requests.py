"""How a delegation begins: asked, granted, or as an invitation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation
from tests.server import desk

pytestmark = pytest.mark.django_db


def test_a_collaborateur_asks_and_sees_the_request_pending() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    answer = lea.ask(desk.grantor_of(agathe))
    assert answer.status == 201
    assert answer.headers["ETag"] == '"1"'
    body = answer.body
    assert (body["status"], body["effective"], body["origin"]) == ("PENDING", False, "request")
    assert body["grantee"]["account_id"] == str(lea.account.pk)
    assert body["grantor"] == {
        "account_id": str(agathe.account.pk),
        "entry_id": str(agathe.account.entry_id),
        "login_id": agathe.account.login_id,
        "given_name": "Agathe",
        "surname": "Delorme",
        "email": "",
    }
    assert body["requested_at"].endswith("Z")


def test_the_firm_may_be_left_out_when_the_grantor_has_one() -> None:
    cabinet = desk.firm()
    answer = desk.staff().ask(desk.grantor_of(desk.expert(cabinet)))
    assert answer.body["firm"] == {"id": str(cabinet.pk), "siren": cabinet.siren, "name": cabinet.name}


def test_a_grantor_with_two_firms_must_be_told_which() -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    listed = desk.grantor_of(desk.expert(alba, brume))
    answer = desk.staff().ask(listed)
    assert (answer.status, answer.code) == (422, "DEL_WRONG_FIRM")
    assert [one["name"] for one in answer.body["firms"]] == ["Alba", "Brume"]
    assert desk.staff().ask(listed, firm=str(brume.pk)).status == 201


def test_a_firm_of_somebody_else_is_refused() -> None:
    answer = desk.staff().ask(desk.grantor_of(desk.expert(desk.firm())), firm=str(desk.firm("Autre").pk))
    assert answer.code == "DEL_WRONG_FIRM"


@pytest.mark.parametrize("kind", ["trainee", "memorialiste", "honorary", "in_company", "cafcac_track"])
def test_only_those_who_may_grant_can_be_asked(kind: str) -> None:
    answer = desk.staff().ask(desk.entry(desk.firm(), kind=kind))
    assert (answer.status, answer.code) == (422, "DEL_NOT_GRANTOR")


def test_a_suspended_expert_cannot_be_asked() -> None:
    listed = desk.entry(desk.firm())
    listed.status = "suspended"
    listed.save()
    assert desk.staff().ask(listed).code == "DEL_NOT_GRANTOR"


def test_a_short_reason_is_refused() -> None:
    answer = desk.staff().ask(desk.grantor_of(desk.expert(desk.firm())), reason="urgent")
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "reason", "code": "TOO_SHORT"}])


def test_the_technical_signature_is_never_delegated() -> None:
    answer = desk.staff().ask(
        desk.grantor_of(desk.expert(desk.firm())), service="jesignexpert", rights=["technical_signature"]
    )
    assert (answer.status, answer.code) == (422, "DEL_RIGHT_NOT_DELEGABLE")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"service": "inconnu"}, "service", "UNKNOWN"),
        ({"rights": ["inconnu"]}, "rights", "UNKNOWN"),
        ({"service": "portal"}, "service", "ALREADY_OPEN"),
        ({"valid_from": "2020-01-01"}, "valid_from", "IN_THE_PAST"),
        ({"grantee": "someone"}, "grantor", "ONE_PARTY"),
    ],
)
def test_what_cannot_be_asked_names_the_member_at_fault(changes: dict[str, object], field: str, code: str) -> None:
    answer = desk.staff().ask(desk.grantor_of(desk.expert(desk.firm())), **changes)
    assert (answer.status, answer.body["errors"]) == (422, [{"field": field, "code": code}])


@pytest.mark.parametrize("is_grant", [False, True])
def test_a_start_that_became_yesterday_on_its_way_is_today(is_grant: bool) -> None:
    yesterday = (today() - timedelta(days=1)).isoformat()
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    if is_grant:
        answer = agathe.grant(lea.account, valid_from=yesterday)
    else:
        answer = lea.ask(desk.grantor_of(agathe), valid_from=yesterday)
    assert (answer.status, answer.body["valid_from"]) == (201, today().isoformat())


def test_a_student_cannot_ask_for_what_his_profile_excludes() -> None:
    answer = desk.staff(kind="student").ask(desk.grantor_of(desk.expert(desk.firm())))
    assert answer.body["errors"] == [{"field": "service", "code": "NOT_FOR_PROFILE"}]


def test_a_right_cannot_be_asked_for_longer_than_it_may_last() -> None:
    until = (today() + timedelta(days=181)).isoformat()
    answer = desk.staff().ask(
        desk.grantor_of(desk.expert(desk.firm())), service="jesignexpert", rights=["seal"], valid_until=until
    )
    assert answer.body["errors"] == [{"field": "valid_until", "code": "TOO_LONG"}]


def test_the_same_request_twice_is_a_duplicate() -> None:
    listed, lea = desk.grantor_of(desk.expert(desk.firm())), desk.staff()
    first = lea.ask(listed)
    second = lea.ask(listed)
    assert (second.status, second.code, second.body["existing"]) == (409, "DEL_DUPLICATE", first.body["id"])
    assert Delegation.objects.count() == 1


def test_what_is_already_active_is_a_duplicate() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    desk.active(lea, agathe, service="jesignexpert", rights=["prepare", "seal"])
    answer = lea.ask(desk.grantor_of(agathe), service="jesignexpert", rights=["seal"])
    assert (answer.status, answer.code) == (409, "DEL_DUPLICATE")


def test_a_broader_request_shows_every_right_and_replaces_the_narrower_one() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    narrow = desk.active(lea, agathe, service="jesignexpert", rights=["prepare"])
    broad = desk.pending(lea, agathe, service="jesignexpert", rights=["seal"])
    assert broad["rights"] == ["prepare", "seal"]
    granted = agathe.decide(broad, "approve")
    assert (granted.body["status"], granted.body["supersedes"]) == ("ACTIVE", narrow["id"])
    assert lea.get(f"/delegations/{narrow['id']}").body["status"] == "SUPERSEDED"


def test_a_grant_from_the_day_after_an_end_keeps_some_rights_and_brings_none_back() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    held = desk.active(lea, agathe, service="jesignexpert", rights=["prepare", "seal"])
    last, first = today() + timedelta(days=9), today() + timedelta(days=10)
    assert agathe.decide(held, "revoke", at=last.isoformat()).status == 200
    answer = agathe.grant(lea.account, service="jesignexpert", rights=["prepare"], valid_from=first.isoformat())
    assert (answer.status, answer.body["rights"], answer.body["status"]) == (201, ["prepare"], "SCHEDULED")


def test_a_grant_from_the_last_day_of_a_right_still_goes_on_with_it() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    held = desk.active(lea, agathe, service="jesignexpert", rights=["prepare"])
    last = (today() + timedelta(days=9)).isoformat()
    assert agathe.decide(held, "revoke", at=last).status == 200
    answer = agathe.grant(lea.account, service="jesignexpert", rights=["seal"], valid_from=last)
    assert (answer.status, answer.body["rights"]) == (201, ["prepare", "seal"])


def test_an_expert_grants_directly() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    answer = agathe.grant(lea.account)
    assert (answer.status, answer.body["status"], answer.body["origin"]) == (201, "ACTIVE", "direct")
    assert answer.body["effective"] is True
    assert answer.body["valid_until"] == (today() + timedelta(days=365)).isoformat()


def test_a_collaborateur_grants_nothing() -> None:
    answer = desk.staff().grant(desk.account())
    assert (answer.status, answer.code) == (403, "DEL_NOT_GRANTOR")


def test_nobody_grants_himself_a_right() -> None:
    agathe = desk.expert(desk.firm())
    assert agathe.grant(agathe.account).code == "DEL_SELF"
    assert agathe.ask(desk.grantor_of(agathe)).code == "DEL_SELF"


def test_an_unknown_identifiant_leads_to_an_invitation() -> None:
    agathe = desk.expert(desk.firm())
    unknown = agathe.grant("personne.connu")
    assert (unknown.status, unknown.code, unknown.body["invite"]) == (422, "DEL_NO_ACCOUNT", True)
    invited = agathe.grant("nouvelle@alba.example")
    assert (invited.status, invited.body["status"]) == (201, "SCHEDULED")
    assert invited.body["grantee"]["email"] == "nouvelle@alba.example"


def test_an_invitation_refuses_what_is_no_address() -> None:
    answer = desk.expert(desk.firm()).grant("a@b\n.example")
    assert answer.status == 422


def test_a_future_start_is_scheduled() -> None:
    start = today() + timedelta(days=3)
    answer = desk.expert(desk.firm()).grant(desk.account(), valid_from=start.isoformat())
    assert (answer.body["status"], answer.body["effective"]) == ("SCHEDULED", False)


def test_nobody_floods_an_expert_with_requests() -> None:
    lea = desk.staff()
    for _number in range(20):
        desk.pending(lea, desk.expert(desk.firm()))
    answer = lea.ask(desk.grantor_of(desk.expert(desk.firm())))
    assert (answer.status, answer.code) == (429, "DEL_TOO_MANY")


def test_a_refused_request_leaves_no_trace_in_the_register() -> None:
    lea = desk.staff()
    lea.ask(desk.entry(desk.firm(), kind="trainee"))
    assert not AuditEvent.objects.exists()
