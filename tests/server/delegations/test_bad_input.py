"""What should not come and comes all the same: a clear answer each, nothing lost, nothing half done."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import eligibility, rules
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
ENDING = {"revoke", "suspend", "transfer", "relinquish"}


@pytest.fixture
def agathe() -> desk.Desk:
    return desk.expert(desk.firm())


@pytest.fixture
def lea() -> desk.Desk:
    return desk.staff()


def _day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _errors(answer: desk.Answer) -> list[tuple[str, str]]:
    assert answer.status == 422, answer.body
    return [(one["field"].removeprefix("body."), one["code"]) for one in answer.body["errors"]]


def _send(person: desk.Desk, raw: bytes) -> desk.Answer:
    answer = person.client.generic(
        "POST",
        "/api/v1/delegations/imports",
        data=raw,
        content_type="text/csv",
        headers={"Authorization": f"Bearer {person.token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    return desk.Answer(answer.status_code, json.loads(answer.content), answer.headers)


# -- Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"valid_from": _day(9), "valid_until": _day(8)}, [("valid_until", "BEFORE_START")]),
        ({"valid_from": _day(-2)}, [("valid_from", "IN_THE_PAST")]),
        ({"valid_until": _day(-1)}, [("valid_until", "BEFORE_START")]),
        ({"valid_until": _day(731)}, [("valid_until", "TOO_LONG")]),
        ({"valid_from": _day(30), "valid_until": _day(761)}, [("valid_until", "TOO_LONG")]),
        ({"valid_until": "2027-02-29"}, [("valid_until", "DATE_FROM_DATETIME_PARSING")]),
        ({"valid_until": "28/02/2027"}, [("valid_until", "DATE_FROM_DATETIME_PARSING")]),
    ],
)
def test_dates_that_cannot_be_are_refused_to_who_asks_and_to_who_grants(
    agathe: desk.Desk, lea: desk.Desk, dates: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert _errors(lea.ask(desk.grantor_of(agathe), **dates)) == expected
    assert _errors(agathe.grant(lea.account, **dates)) == expected
    assert Delegation.objects.count() == 0


@pytest.mark.parametrize(
    ("action", "body", "expected"),
    [
        ("approve", {"valid_until": _day(-1)}, [("valid_until", "BEFORE_START")]),
        ("approve", {"valid_until": _day(731)}, [("valid_until", "TOO_LONG")]),
        ("renew", {"valid_until": _day(1)}, [("valid_until", "BEFORE_START")]),
        ("renew", {"valid_until": _day(365 + 732)}, [("valid_until", "TOO_LONG")]),
        ("renew", {"valid_until": "2029-02-29"}, [("valid_until", "DATE_FROM_DATETIME_PARSING")]),
    ],
)
def test_a_decision_with_such_dates_moves_nothing(
    agathe: desk.Desk, lea: desk.Desk, action: str, body: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    case = desk.pending(lea, agathe) if action == "approve" else desk.active(lea, agathe)
    lines = AuditEvent.objects.count()
    assert _errors(agathe.decide(case, action, **body)) == expected
    assert agathe.get(f"/delegations/{case['id']}").body["version"] == case["version"]
    assert AuditEvent.objects.count() == lines


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2028, 2, 29), (date(2028, 2, 29), date(2029, 2, 28))),
        (date(2027, 2, 28), (date(2027, 2, 28), date(2028, 2, 28))),
        (date(2027, 3, 1), (date(2027, 3, 1), date(2028, 2, 29))),
    ],
)
def test_twelve_months_are_counted_in_days_around_29_february(today: date, expected: tuple[date, date]) -> None:
    assert rules.period(today=today, valid_from=None, valid_until=None, max_days=730) == expected


# -- Files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("grantee;service;rights;reason\nlea.quemener;rfc;access;Rentrée\n".encode("latin-1"), "NOT_UTF8"),
        ("grantee;service;rights\nlea.quemener;rfc;access\n".encode("utf-16"), "NOT_UTF8"),
        (b"grantee;service\nlea.quemener;rfc\n", "COLUMNS"),
        (b"lea.quemener;rfc;access\n", "COLUMNS"),
        (b"grantee;service;rights\n" + b"lea.quemener;rfc;access\n" * 30_000, "TOO_LONG"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(agathe: desk.Desk, raw: bytes, code: str) -> None:
    assert _errors(_send(agathe, raw)) == [("file", code)]


def test_a_file_of_fifty_thousand_lines_is_too_large(agathe: desk.Desk) -> None:
    answer = _send(agathe, b"grantee;service;rights\n" + b"lea.quemener;rfc;access\n" * 50_000)
    assert (answer.status, answer.body["detail"]) == (413, "too large")
    assert Delegation.objects.count() == 0


def test_a_file_with_a_mark_semicolons_and_formulas_is_text(agathe: desk.Desk, lea: desk.Desk) -> None:
    text = f'\ufeffgrantee;service;rights;reason\r\n{lea.account.login_id};rfc;access;"=HYPERLINK(""https://x.example"")"\r\n'
    assert _send(agathe, text.encode()).body["accepted"] == 1
    assert Delegation.objects.get().reason == '=HYPERLINK("https://x.example")'
    register = agathe.get("/register", firm=str(Delegation.objects.get().firm_id), format="csv").body.decode()
    assert not [cell for line in register.splitlines() for cell in line.split(",") if cell[:1] in "=+-@" and cell]


# -- A service that leaves the catalogue -----------------------------------------------------------------------------------


@pytest.fixture(params=["gone", "disabled"])
def close(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what makes the service `rfc` leave the catalogue, or close in it."""
    service = catalogue().service("rfc")
    assert service is not None
    if request.param == "gone":
        return lambda: cast("None", Delegation.objects.update(service="telex"))
    return lambda: monkeypatch.setitem(service.__dict__, "enabled", False)


@pytest.mark.parametrize("action", ["approve", "refuse", "withdraw"])
def test_a_request_for_a_service_that_closed_is_refused_or_withdrawn_but_not_approved(
    agathe: desk.Desk, lea: desk.Desk, close: Callable[[], None], action: str
) -> None:
    asked = desk.pending(lea, agathe, service="rfc")
    close()
    person = lea if action == "withdraw" else agathe
    answer = person.decide(asked, action, **({"note": "Service fermé"} if action == "refuse" else {}))
    assert (answer.status, answer.body.get("code")) == (
        (409, "DEL_SERVICE_CLOSED") if action == "approve" else (200, None)
    )


@pytest.mark.parametrize("action", ["renew", "revoke", "suspend", "transfer", "relinquish"])
def test_a_right_of_a_service_that_closed_can_be_ended_but_not_renewed(
    agathe: desk.Desk, lea: desk.Desk, close: Callable[[], None], action: str
) -> None:
    case = desk.active(lea, agathe, service="rfc")
    firm = desk.grantor_of(agathe).firms.get()
    close()
    shown = lea.get(f"/delegations/{case['id']}").body
    assert (shown["effective"], shown["missing"]) == (False, ["DEL_SERVICE_CLOSED"])
    body = {"grantor": str(desk.entry(firm, surname="Suivant").pk)} if action == "transfer" else {}
    answer = (lea if action == "relinquish" else agathe).decide(case, action, **body)
    assert (answer.status == 200) is (action in ENDING), answer.body
    assert action in ENDING or answer.code == "DEL_SERVICE_CLOSED"


def test_a_right_of_a_service_that_closed_opens_nothing_and_expires(
    agathe: desk.Desk, lea: desk.Desk, close: Callable[[], None]
) -> None:
    case = desk.active(lea, agathe, service="rfc")
    close()
    services = {one["id"]: one for one in lea.get("/me").body["services"]}
    assert services["rfc"]["is_open"] is False
    run_due(timezone.now() + timedelta(days=400))
    assert agathe.get(f"/delegations/{case['id']}").body["status"] == "EXPIRED"


# -- A firm that closes ------------------------------------------------------------------------------------------------------


class Closing:
    """A firm of two experts-comptables with a right, a request, an invitation and a member; then the registry lists nobody."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.agathe, self.bruno = desk.expert(self.firm), desk.expert(self.firm, surname="Ferrand")
        self.lea, self.noe = desk.staff(), desk.staff()
        self.cases: list[dict[str, Any]] = [
            desk.active(self.lea, self.agathe),
            desk.pending(self.noe, self.bruno),
            self.agathe.grant("zoe@alba.example").body,
        ]

    def close(self) -> None:
        for person in (self.agathe, self.bruno):
            listed = desk.grantor_of(person)
            listed.firms.clear()
            eligibility.entry_changed(listed, at=timezone.now())


def test_what_a_closed_firm_granted_and_was_asked_ends_at_once() -> None:
    closing = Closing()
    closing.close()
    ended = Delegation.objects.filter(firm=closing.firm).values_list("status", "end_cause").distinct()
    assert list(ended) == [("CEASED", "grantor_standing")]
    assert closing.lea.get(f"/delegations/{closing.cases[0]['id']}").body["effective"] is False
    assert closing.agathe.get(f"/firms/{closing.firm.pk}").status == 404


def test_the_members_of_a_closed_firm_belong_to_it_no_more() -> None:
    closing = Closing()
    closing.close()
    run_due(timezone.now())
    assert Membership.objects.filter(ended_at=None).count() == 0
    assert closing.lea.get("/me").body["firms"] == []
    assert AuditEvent.objects.filter(action="member.ended", actor=None).count() == 1


def test_a_firm_whose_only_grantor_is_suspended_is_not_closed() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.active(lea, agathe)
    listed = desk.grantor_of(agathe)
    listed.status = "suspended"
    listed.save()
    eligibility.entry_changed(listed, at=timezone.now())
    run_due(timezone.now())
    assert Membership.objects.filter(ended_at=None, account=lea.account).exists()


# -- Two at once, and the requester ------------------------------------------------------------------------------------------------


def test_the_second_of_two_decisions_is_shown_what_the_first_made(agathe: desk.Desk, lea: desk.Desk) -> None:
    asked = desk.pending(lea, agathe)
    assert agathe.decide(asked, "approve").status == 200
    late = agathe.decide(asked, "refuse", note="Trop tard")
    assert (late.status, late.code, late.body["current"]["status"]) == (412, "DEL_STALE", "ACTIVE")


def test_who_asks_does_not_decide_even_when_he_grants_too() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    trainee = desk.Desk(desk.account("trainee", "", entry=desk.entry(cabinet, kind="trainee", surname="Hamon")))
    asked = desk.pending(trainee, agathe, service="jefacture")
    sworn = desk.grantor_of(trainee)  # he becomes an expert-comptable meanwhile
    sworn.list = "expert_comptable"
    sworn.save()
    for action, body in (("approve", {}), ("refuse", {"note": "Non"}), ("transfer", {"grantor": str(sworn.pk)})):
        assert trainee.decide(asked, action, **body).code == "DEL_SELF"
    assert trainee.decide(asked, "withdraw").status == 200
