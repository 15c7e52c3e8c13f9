"""Grants from a CSV file."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations import imports, requests, transitions
from comptexpert_server.delegations.models import Delegation
from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
HEADER = "grantee;service;rights;reason\n"


@pytest.fixture
def agathe() -> Desk:
    return desk.expert(desk.firm())


def _send(person: Desk, text: str | bytes, *, dry_run: bool = False, key: str = "") -> desk.Answer:
    raw = person.client.generic(
        "POST",
        "/api/v1/delegations/imports",
        data=text,
        content_type="text/csv",
        headers={"Authorization": f"Bearer {person.token}", "Idempotency-Key": key or str(uuid.uuid4())},
        query_params={"dry_run": "true"} if dry_run else None,
    )
    return desk.Answer(raw.status_code, json.loads(raw.content), raw.headers)


def _good(count: int) -> str:
    people = [desk.account() for _line in range(count)]
    return HEADER + "".join(f"{one.login_id};jesignexpert;prepare seal;Import de rentrée\n" for one in people)


def test_a_dry_run_tells_every_line_and_keeps_nothing(agathe: Desk) -> None:
    answer = _send(agathe, _good(2) + "inconnu.total;rfc;access;\n", dry_run=True)
    assert (answer.status, answer.body["applied"]) == (200, False)
    assert [(one["line"], one["code"]) for one in answer.body["lines"]] == [(2, ""), (3, ""), (4, "DEL_NO_ACCOUNT")]
    assert answer.body["lines"][0]["delegation"]["rights"] == ["prepare", "seal"]
    assert [model.objects.count() for model in (Delegation, AuditEvent, Email)] == [0, 0, 0]


def test_a_sound_file_is_applied_once(agathe: Desk) -> None:
    text, key = _good(3), str(uuid.uuid4())
    first, second = _send(agathe, text, key=key), _send(agathe, text, key=key)
    assert (first.status, first.body["applied"], first.body["accepted"]) == (200, True, 3)
    assert second.body == first.body
    assert set(Delegation.objects.values_list("origin", "status")) == {("import", "ACTIVE")}
    told = AuditEvent.objects.values_list("action", flat=True)
    assert (Delegation.objects.count(), sorted(told)) == (3, ["delegation.grant"] * 3 + ["member.joined"] * 3)


def test_one_faulty_line_keeps_the_whole_file_out(agathe: Desk) -> None:
    answer = _send(agathe, _good(2) + "x@y.example;rfc;inconnu;\n")
    assert (answer.status, answer.code, answer.body["refused"]) == (422, "DEL_IMPORT_REFUSED", 1)
    assert answer.body["lines"][2]["problem"]["errors"] == [{"field": "rights", "code": "UNKNOWN"}]
    assert [model.objects.count() for model in (Delegation, AuditEvent, Email)] == [0, 0, 0]


def test_the_same_person_twice_is_a_duplicate_of_the_line_before(agathe: Desk) -> None:
    line = f"{desk.account().login_id};rfc;access;\n"
    answer = _send(agathe, HEADER + line + line, dry_run=True)
    assert [one["code"] for one in answer.body["lines"]] == ["", "DEL_DUPLICATE"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "COLUMNS"),
        ("grantee;service\na;b\n", "COLUMNS"),
        ("grantee;service;rights;status\na;rfc;access;ACTIVE\n", "COLUMNS"),
        ("grantee;service;rights;rights\na;rfc;access;x\n", "COLUMNS"),
        (HEADER, "EMPTY"),
        (HEADER + "a;rfc;access;\n" * 501, "TOO_LONG"),
        (b"\xff\xfe\x00", "NOT_UTF8"),
    ],
)
def test_a_file_that_is_no_import_is_refused_as_a_whole(agathe: Desk, text: str | bytes, code: str) -> None:
    answer = _send(agathe, text, dry_run=True)
    assert (answer.status, answer.body["errors"]) == (422, [{"field": "file", "code": code}])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a;rfc;access;;extra;cells", "INVALID_INPUT"),
        ("a;rfc;;", "INVALID_INPUT"),
        (";rfc;access;", "INVALID_INPUT"),
        ("a\u0007b;rfc;access;", "DEL_NO_ACCOUNT"),
        ("inconnu;rfc;access;" + "x" * 501, "INVALID_INPUT"),
    ],
)
def test_a_faulty_line_says_why(agathe: Desk, line: str, code: str) -> None:
    answer = _send(agathe, HEADER + line + "\n", dry_run=True)
    assert answer.status == 200, answer.body
    assert [one["code"] for one in answer.body["lines"]] == [code]


def test_a_file_with_commas_a_mark_and_a_siren_is_read(agathe: Desk) -> None:
    cabinet = desk.grantor_of(agathe).firms.get()
    text = f"\ufeffgrantee,service,rights,firm\r\n{desk.account().login_id},rfc,access,{cabinet.siren}\r\n"
    assert _send(agathe, text.encode()).status == 200
    other = text.replace(cabinet.siren, "123456789")
    assert _send(agathe, other.encode(), dry_run=True).body["lines"][0]["code"] == "DEL_WRONG_FIRM"


def test_a_collaborateur_imports_nothing() -> None:
    lines: list[Any] = _send(desk.staff(), _good(1), dry_run=True).body["lines"]
    assert [one["code"] for one in lines] == ["DEL_NOT_GRANTOR"]


def test_addresses_of_strangers_stay_addresses_and_those_of_the_firm_are_known(agathe: Desk) -> None:
    stranger = desk.account(email="inconnue@ailleurs.example", surname="Secrète")
    member = desk.staff()
    agathe.grant(member.account)
    text = HEADER + f"{stranger.email};rfc;access;\n{member.account.email};rfc;access;\n"
    text += "personne@nulle-part.example;rfc;access;\n"
    for dry_run in (True, False):
        answer = _send(agathe, text, dry_run=dry_run)
        one, known, nobody = [line["delegation"] for line in answer.body["lines"]]
        assert known["grantee"]["login_id"] == member.account.login_id
        for invited, email in ((one, stranger.email), (nobody, "personne@nulle-part.example")):
            assert {name: value for name, value in invited["grantee"].items() if value} == {"email": email}
            assert invited["status"] == nobody["status"] == "SCHEDULED"
    assert "Secrète" not in json.dumps(answer.body)
    told = AuditEvent.objects.filter(action="delegation.invite").count()
    assert told == 2, "each invitation has its line"


def test_a_directory_is_not_tried_through_previews_and_a_file_is_shown_again_for_nothing(
    agathe: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PREVIEWED", replace(imports.PREVIEWED, count=5))
    text = _good(4)
    for _ in range(3):
        assert _send(agathe, text, dry_run=True).status == 200
    refused = _send(agathe, _good(2), dry_run=True)
    assert (refused.status, refused.code) == (429, "TOO_MANY_REQUESTS")


def test_nobody_invites_without_end(agathe: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "INVITED", replace(requests.INVITED, count=2))
    codes = [agathe.grant(f"personne{number}@nulle-part.example").status for number in range(3)]
    assert codes == [201, 201, 429]


def test_a_preview_takes_no_lock_and_opens_no_transaction(agathe: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _good(20)

    def locked() -> None:
        raise AssertionError("a preview holds up every writer")

    monkeypatch.setattr(transitions, "lock_writer", locked)
    with CaptureQueriesContext(connection) as seen:
        answer = _send(agathe, text, dry_run=True)
    assert (answer.status, answer.body["accepted"]) == (200, 20)
    written = [one["sql"] for one in seen if re.match("(?i)(insert|update|delete|.*for update)", one["sql"])]
    assert [sql for sql in written if "delegation" in sql.lower()] == []


def test_who_may_not_grant_costs_nothing_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    person, target = desk.staff(), desk.account()

    def locked() -> None:
        raise AssertionError("whoever may not grant waits for no lock")

    monkeypatch.setattr(transitions, "lock_writer", locked)
    assert person.grant(target).code == "DEL_NOT_GRANTOR"
    with CaptureQueriesContext(connection) as one:
        _send(person, _good(1), dry_run=True)
    text = _good(300)
    with CaptureQueriesContext(connection) as many:
        _send(person, text, dry_run=True)
    assert len(many) <= len(one) + 20
