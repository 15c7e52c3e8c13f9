"""What people decide, told through the API."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cabinet() -> Firm:
    return desk.firm()


@pytest.fixture
def agathe(cabinet: Firm) -> Desk:
    return desk.expert(cabinet)


@pytest.fixture
def bruno(cabinet: Firm) -> Desk:
    """Grant for the same firm as Agathe."""
    return desk.expert(cabinet, surname="Ferrand")


@pytest.fixture
def lea() -> Desk:
    return desk.staff()


@pytest.fixture
def request_of_lea(lea: Desk, agathe: Desk) -> dict[str, Any]:
    return desk.pending(lea, agathe)


def test_an_approval_makes_the_right_effective_at_once(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    answer = agathe.decide(request_of_lea, "approve", note="D'accord")
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    body = answer.body
    assert (body["status"], body["effective"], body["version"], body["decision_note"]) == (
        "ACTIVE",
        True,
        2,
        "D'accord",
    )
    assert body["valid_until"] == (today() + timedelta(days=365)).isoformat()
    assert lea.get(f"/delegations/{body['id']}").body == body


def test_the_first_approval_makes_the_grantee_staff_of_the_firm(
    agathe: Desk, lea: Desk, cabinet: Firm, request_of_lea: dict[str, Any]
) -> None:
    agathe.decide(request_of_lea, "approve")
    assert Membership.objects.filter(firm=cabinet, account=lea.account, ended_at=None).count() == 1
    desk.active(lea, agathe, service="rfc")
    assert Membership.objects.count() == 1


def test_an_approver_may_narrow_and_never_broaden(agathe: Desk, lea: Desk) -> None:
    asked = desk.pending(lea, agathe, service="jesignexpert", rights=["prepare", "seal"])
    broader = agathe.decide(asked, "approve", rights=["prepare", "sign"])
    assert broader.body["errors"] == [{"field": "rights", "code": "NOT_REQUESTED"}]
    assert agathe.decide(asked, "approve", rights=["prepare"]).body["rights"] == ["prepare"]


def test_a_refusal_says_why(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    assert agathe.decide(request_of_lea, "refuse").body["errors"] == [{"field": "note", "code": "REQUIRED"}]
    answer = agathe.decide(request_of_lea, "refuse", note="Demandez plutôt à Bruno Ferrand")
    assert (answer.status, answer.body["status"]) == (200, "REFUSED")
    assert lea.get(f"/delegations/{answer.body['id']}").body["decision_note"] == "Demandez plutôt à Bruno Ferrand"


def test_a_revocation_ends_the_right_at_once(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    answer = agathe.decide(granted, "revoke", note="Départ")
    assert (answer.body["status"], answer.body["effective"], answer.body["end_cause"]) == ("REVOKED", False, "revoked")


def test_a_revocation_may_name_a_last_day(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    last = (today() + timedelta(days=10)).isoformat()
    answer = agathe.decide(granted, "revoke", at=last)
    assert (answer.body["status"], answer.body["effective"], answer.body["valid_until"]) == ("ACTIVE", True, last)


def test_suspend_and_resume(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    suspended = agathe.decide(granted, "suspend").body
    assert (suspended["status"], suspended["effective"]) == ("SUSPENDED", False)
    assert agathe.decide(suspended, "resume").body["effective"] is True


def test_the_collaborateur_withdraws_his_request(lea: Desk, request_of_lea: dict[str, Any]) -> None:
    assert lea.decide(request_of_lea, "withdraw").body["status"] == "WITHDRAWN"


def test_the_collaborateur_gives_up_his_right(agathe: Desk, lea: Desk) -> None:
    answer = lea.decide(desk.active(lea, agathe), "relinquish")
    assert (answer.body["status"], answer.body["end_cause"]) == ("REVOKED", "relinquished")


def test_a_renewal_begins_the_day_after_and_leaves_the_old_one_active(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    renewed = agathe.decide(granted, "renew").body
    end = today() + timedelta(days=365)
    assert (renewed["status"], renewed["origin"], renewed["supersedes"]) == ("SCHEDULED", "renewal", granted["id"])
    assert renewed["valid_from"] == (end + timedelta(days=1)).isoformat()
    assert agathe.get(f"/delegations/{granted['id']}").body["status"] == "ACTIVE"
    assert agathe.decide(granted, "renew").code == "DEL_DUPLICATE"


def test_a_transfer_gives_the_delegation_to_a_peer(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    answer = agathe.decide(granted, "transfer", grantor=str(bruno.account.entry_id))
    assert answer.body["grantor"]["account_id"] == str(bruno.account.pk)
    assert bruno.decide(answer.body, "renew").status == 200


def test_a_transfer_leaves_the_firm_to_nobody_else(agathe: Desk, lea: Desk) -> None:
    stranger = desk.expert(desk.firm("Autre"))
    answer = agathe.decide(desk.active(lea, agathe), "transfer", grantor=str(stranger.account.entry_id))
    assert (answer.status, answer.code) == (422, "DEL_NOT_GRANTOR")


def test_a_peer_does_not_approve_first_but_may_revoke(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    asked = desk.pending(lea, agathe)
    assert bruno.decide(asked, "approve").code == "DEL_NOT_GRANTOR"
    granted = agathe.decide(asked, "approve").body
    assert bruno.decide(granted, "revoke").status == 200


def test_high_risk_rights_need_two_approvers_where_the_firm_wants_them(
    agathe: Desk, bruno: Desk, lea: Desk, cabinet: Firm
) -> None:
    cabinet.two_approvers = True
    cabinet.save()
    first = agathe.decide(desk.pending(lea, agathe, service="jesignexpert", rights=["seal"]), "approve").body
    assert (first["status"], first["effective"]) == ("PENDING_SECOND", False)
    assert first["first_approver"] == str(agathe.account.pk)
    assert agathe.decide(first, "approve").code == "DEL_NOT_GRANTOR"
    assert bruno.decide(first, "approve").body["status"] == "ACTIVE"


def test_nobody_approves_his_own_request(agathe: Desk, request_of_lea: dict[str, Any], lea: Desk) -> None:
    answer = lea.decide(request_of_lea, "approve")
    assert (answer.status, answer.code) == (403, "DEL_SELF")


def test_a_stranger_sees_nothing_and_unknown_is_the_same(request_of_lea: dict[str, Any]) -> None:
    stranger = desk.expert(desk.firm("Autre"))
    forbidden = stranger.decide(request_of_lea, "approve")
    unknown = stranger.decide({"id": str(uuid.uuid4()), "version": 1}, "approve")
    assert (forbidden.status, forbidden.same) == (unknown.status, unknown.same)
    assert forbidden.status == 404
    assert stranger.get(f"/delegations/{request_of_lea['id']}").same == unknown.same


def test_another_collaborateur_of_the_firm_sees_nothing(
    agathe: Desk, cabinet: Firm, request_of_lea: dict[str, Any]
) -> None:
    assert desk.staff(cabinet).get(f"/delegations/{request_of_lea['id']}").status == 404


def test_a_struck_off_expert_decides_nothing(agathe: Desk, request_of_lea: dict[str, Any]) -> None:
    listed = desk.grantor_of(agathe)
    listed.status = "struck_off"
    listed.save()
    assert agathe.decide(request_of_lea, "approve").status == 404


def test_a_decision_on_an_old_version_changes_nothing(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    lea.decide(request_of_lea, "withdraw")
    answer = agathe.decide(request_of_lea, "approve")
    assert (answer.status, answer.code) == (412, "DEL_STALE")
    assert answer.body["current"]["status"] == "WITHDRAWN"


def test_a_decision_in_the_wrong_state_shows_the_case(agathe: Desk, lea: Desk) -> None:
    answer = agathe.decide(desk.active(lea, agathe), "approve")
    assert (answer.status, answer.code, answer.body["current"]["status"]) == (409, "DEL_WRONG_STATUS", "ACTIVE")


def test_every_move_has_one_line_in_the_register(agathe: Desk, lea: Desk) -> None:
    agathe.decide(desk.active(lea, agathe), "revoke", note="Fin de mission")
    moves = AuditEvent.objects.filter(action__startswith="delegation.").order_by("number")
    assert [(event.action, event.actor, event.object_version) for event in moves] == [
        ("delegation.request", lea.account.pk, 1),
        ("delegation.approve", agathe.account.pk, 2),
        ("delegation.revoke", agathe.account.pk, 3),
    ]


def test_both_parties_are_told_of_every_change(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    Email.objects.all().delete()
    agathe.decide(request_of_lea, "approve")
    mails = list(Email.objects.all())
    assert sorted(address for mail in mails for address in mail.to) == sorted([agathe.account.email, lea.account.email])
    assert all("La demande de délégation est acceptée." in mail.message for mail in mails)
    assert all("Le droit est effectif" in mail.message for mail in mails)
    assert all("Fait par\u00a0: Agathe DELORME" in mail.message for mail in mails)
    assert all("Quémener" not in mail.subject for mail in mails)


def test_jesignexpert_is_granted_but_not_operational_before_the_terms(agathe: Desk, lea: Desk, cabinet: Firm) -> None:
    granted = desk.active(lea, agathe, service="jesignexpert", rights=["sign"])
    assert (granted["effective"], granted["missing"]) == (False, ["DEL_TERMS", "DEL_CERT_REQUIRED"])
    agathe.post(f"/firms/{cabinet.pk}/terms", {"service": "jesignexpert"})
    lea.account.certificate_until = today()
    lea.account.save()
    after = lea.get(f"/delegations/{granted['id']}").body
    assert (after["effective"], after["missing"], after["version"]) == (True, [], granted["version"])


def test_a_batch_decides_each_item_on_its_own(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    other = desk.pending(lea, agathe, service="rfc")
    items = [
        {"id": request_of_lea["id"], "action": "approve", "version": 1, "key": str(uuid.uuid4())},
        {"id": other["id"], "action": "refuse", "version": 7, "key": str(uuid.uuid4()), "note": "Non"},
        {"id": str(uuid.uuid4()), "action": "approve", "version": 1, "key": str(uuid.uuid4())},
    ]
    first = agathe.post("/delegations/decisions", {"items": items})
    assert [(one["status"], one["code"]) for one in first.body["results"]] == [
        (200, ""),
        (412, "DEL_STALE"),
        (404, "NOT_FOUND"),
    ]
    assert first.body["results"][0]["delegation"]["status"] == "ACTIVE"
    again = agathe.post("/delegations/decisions", {"items": items})
    assert again.body["results"][0] == first.body["results"][0]


def test_the_list_is_read_page_by_page(agathe: Desk, lea: Desk) -> None:
    for service in ("bibliordre", "rfc", "network"):
        desk.pending(lea, agathe, service=service)
    first = agathe.get("/delegations", role="grantor", limit=2).body
    second = agathe.get("/delegations", role="grantor", limit=2, cursor=first["next"]).body
    assert [one["service"] for one in first["items"] + second["items"]] == ["network", "rfc", "bibliordre"]
    assert second["next"] == ""


def test_the_list_is_narrowed_by_status_and_name(agathe: Desk, lea: Desk, request_of_lea: dict[str, Any]) -> None:
    del request_of_lea
    desk.active(lea, agathe, service="rfc")
    assert len(agathe.get("/delegations", status="pending").body["items"]) == 1
    assert len(agathe.get("/delegations", q="quém alba").body["items"]) == 2
    assert agathe.get("/delegations", q="inconnu").body["items"] == []
    assert agathe.get("/delegations", status="WRONG").status == 422


def test_an_approval_never_takes_a_right_away_unseen(agathe: Desk, lea: Desk) -> None:
    asked = desk.pending(lea, agathe, service="jesignexpert", rights=["seal"])
    between = agathe.grant(lea.account, service="jesignexpert", rights=["prepare"])
    assert between.code == "DEL_DUPLICATE"
    first = desk.pending(desk.staff(), agathe, service="jesignexpert", rights=["prepare"])
    Delegation.objects.filter(pk=first["id"]).update(grantee=lea.account, status="ACTIVE")
    refused = agathe.decide(asked, "approve")
    assert (refused.status, refused.code, refused.body["existing"]) == (409, "DEL_DUPLICATE", first["id"])
    chosen = agathe.decide(asked, "approve", rights=["seal"])
    assert (chosen.status, chosen.body["supersedes"]) == (200, first["id"])


def test_a_suspended_right_does_not_come_back_beside_its_successor(agathe: Desk, lea: Desk) -> None:
    suspended = agathe.decide(desk.active(lea, agathe), "suspend").body
    successor = desk.active(lea, agathe)
    answer = agathe.decide(suspended, "resume")
    assert (answer.status, answer.code, answer.body["existing"]) == (409, "DEL_DUPLICATE", successor["id"])


def test_a_transfer_does_not_double_what_the_peer_granted(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    ours, theirs = desk.active(lea, agathe), desk.active(lea, bruno)
    answer = agathe.decide(ours, "transfer", grantor=str(bruno.account.entry_id))
    assert (answer.status, answer.code, answer.body["existing"]) == (409, "DEL_DUPLICATE", theirs["id"])


def test_a_request_is_not_taken_over_by_a_peer_nor_passed_on_by_one(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    third = desk.expert(desk.grantor_of(agathe).firms.get(), surname="Kerbrat")
    asked = desk.pending(lea, agathe)
    for to in (bruno, third):
        answer = bruno.decide(asked, "transfer", grantor=str(to.account.entry_id))
        assert (answer.status, answer.code) == (403, "DEL_NOT_GRANTOR")
    assert bruno.decide(asked, "approve").code == "DEL_NOT_GRANTOR"
    passed = agathe.decide(asked, "transfer", grantor=str(bruno.account.entry_id))
    assert passed.status == 200
    assert bruno.decide(passed.body, "approve").status == 200


def test_the_cover_passes_a_request_on_and_keeps_none(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    firm = desk.grantor_of(agathe).firms.get()
    third = desk.expert(firm, surname="Kerbrat")
    desk.absence(firm, absent=desk.grantor_of(agathe), cover=desk.grantor_of(bruno))
    asked = desk.pending(lea, agathe)
    kept = bruno.decide(asked, "transfer", grantor=str(bruno.account.entry_id))
    assert (kept.status, kept.code) == (403, "DEL_NOT_GRANTOR")
    assert bruno.decide(asked, "transfer", grantor=str(third.account.entry_id)).status == 200


def test_a_live_right_may_be_taken_over_by_a_peer(agathe: Desk, bruno: Desk, lea: Desk) -> None:
    taken = bruno.decide(desk.active(lea, agathe), "transfer", grantor=str(bruno.account.entry_id))
    assert (taken.status, taken.body["grantor"]["entry_id"]) == (200, str(bruno.account.entry_id))


def test_a_right_goes_to_nobody_who_could_not_grant_it(cabinet: Firm, lea: Desk) -> None:
    listed = desk.entry(cabinet, surname="Bertin", kind="agc_employee_83_ter")
    bertin = desk.Desk(desk.account("agc_employee_83_ter", "", entry=listed, email=listed.email))
    head = desk.entry(cabinet, surname="Tessier", kind="agc_head")
    refused = bertin.decide(bertin.grant(lea.account, service="bibliobase").body, "transfer", grantor=str(head.pk))
    assert (refused.status, refused.code) == (422, "DEL_NOT_GRANTOR")
    granted = bertin.grant(lea.account, service="rfc").body
    assert bertin.decide(granted, "transfer", grantor=str(head.pk)).status == 200


def test_an_end_before_the_first_day_ends_the_right_at_once(agathe: Desk, lea: Desk) -> None:
    granted = agathe.grant(lea.account, service="rfc", valid_from=(today() + timedelta(days=20)).isoformat()).body
    ended = agathe.decide(granted, "revoke", at=(today() + timedelta(days=10)).isoformat()).body
    assert (ended["status"], ended["valid_from"] <= ended["valid_until"]) == ("REVOKED", True)
