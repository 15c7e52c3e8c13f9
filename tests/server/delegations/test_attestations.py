"""An attestation says what a person may do today, and is checked without the server."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptexpert_server.audit.seals import sign_text
from comptexpert_server.audit.services import record
from comptexpert_server.audit.verification import read
from comptexpert_server.base.clock import now, today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations.attestations import MAX_LETTERS
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.past_days import held_on
from tests.server import desk
from tests.server.delegations.test_chain import Cabinet, day

pytestmark = pytest.mark.django_db


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def attested(cabinet: Cabinet, who: desk.Desk | None = None) -> desk.Answer:
    person = who or cabinet.agathe
    return person.get("/register/attestation", firm=str(cabinet.firm.pk), account=str(cabinet.lea.account.pk))


def statement_of(body: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(unpacked(body["sealed"].split(".")[1])))


def test_it_says_who_may_do_what_today_and_on_which_register_it_rests() -> None:
    cabinet = Cabinet()
    cabinet.grant(cabinet.bruno, rights=["sign"], start=3, until=30)
    said = statement_of(attested(cabinet).body)
    assert said["person"] == {"name": "Léa QUÉMENER", "login_id": cabinet.lea.account.login_id}
    assert (said["kind"], said["on"]) == ("attestation", today().isoformat())
    assert [(one["right"], one["by"], one["until"], one["effective"]) for one in said["rights"]] == [
        ("prepare", "Agathe DELORME", day(20), True),
        ("sign", "Agathe FERRAND", day(30), False),
    ]
    head = read(str(cabinet.firm.pk)).head
    assert said["register"] == {"count": head.number, "head": head.digest}


def test_its_signature_is_that_of_the_server_over_its_very_bytes() -> None:
    cabinet = Cabinet()
    prefix, text, signature = attested(cabinet).body["sealed"].split(".")
    assert prefix == "CTXA1"
    assert unpacked(signature) == sign_text(unpacked(text).decode())


def test_its_code_is_a_square() -> None:
    code = attested(Cabinet()).body["qr"]
    assert {len(row) for row in code} == {len(code)}
    assert set("".join(code)) == {"0", "1"}


def test_nobody_is_attested_who_has_no_right_in_the_firm() -> None:
    cabinet = Cabinet()
    cabinet.agathe.decide(cabinet.head, "revoke")
    assert attested(cabinet).status == 404
    assert attested(cabinet, cabinet.lea).status == 404


def test_a_past_day_is_attested_from_the_register_and_a_day_to_come_refused() -> None:
    cabinet = Cabinet()
    query = {"firm": str(cabinet.firm.pk), "account": str(cabinet.lea.account.pk)}
    assert cabinet.agathe.get("/register/attestation", **query, on=day(-1)).status == 404, "nothing was held then"
    refused = cabinet.agathe.get("/register/attestation", **query, on=day(1))
    assert [one["code"] for one in refused.body["errors"]] == ["IN_THE_FUTURE"]
    events = read(str(cabinet.firm.pk)).events
    (held,) = held_on(events, account_id=cabinet.lea.account.pk, day=today())
    assert (held.right, held.effective) == ("prepare", True)


def test_a_signed_past_day_names_the_day_and_the_rights_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    cabinet = Cabinet()
    on = day(0)
    moment = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    cabinet.agathe.decide(cabinet.head, "revoke")
    assert attested(cabinet).status == 404, "nothing is held today"
    query = {"firm": str(cabinet.firm.pk), "account": str(cabinet.lea.account.pk)}
    past = cabinet.agathe.get("/register/attestation", **query, on=on)
    assert past.status == 200, past.body
    _prefix, statement, signature = past.body["sealed"].split(".")
    text = unpacked(statement).decode()
    said = json.loads(text)
    assert (said["on"], [(one["right"], one["effective"]) for one in said["rights"]]) == (on, [("prepare", True)])
    assert sign_text(text) == unpacked(signature)


def test_no_attestation_says_a_day_after_the_last_one_in_the_firm() -> None:
    cabinet, leaves = Cabinet(), today() + timedelta(days=5)
    path = f"/firms/{cabinet.firm.pk}/members/{cabinet.lea.account.pk}"
    assert cabinet.agathe.send("DELETE", f"{path}?on={leaves.isoformat()}").status == 200
    statement = json.loads(unpacked(attested(cabinet).body["sealed"].split(".")[1]))
    assert {one["until"] for one in statement["rights"]} == {leaves.isoformat()}
    record(
        firm_id=cabinet.firm.pk, at=now(), actor=None, action="member.renamed", object_id=str(cabinet.lea.account.pk)
    )
    events = read(str(cabinet.firm.pk)).events
    held = held_on(events, account_id=cabinet.lea.account.pk, day=today())
    assert {one.valid_until for one in held} == {leaves}, "a new name cancels no departure"
    assert cabinet.agathe.send("DELETE", f"{path}/departure").status == 200
    held = held_on(read(str(cabinet.firm.pk)).events, account_id=cabinet.lea.account.pk, day=today())
    assert leaves not in {one.valid_until for one in held}


LONG = "de la Bouëxière-Montmorency"


def hold(cabinet: Cabinet, rights: int, *, surname: str) -> None:
    """Let experts of the firm grant so many rights more, a service after the other."""
    left = rights
    while left:
        grantor = desk.entry(cabinet.firm, surname=surname)
        for service in catalogue().services:
            given = [one.id for one in service.rights][:left]
            left -= len(given)
            if given:
                Delegation.objects.create(
                    firm=cabinet.firm,
                    service=service.id,
                    rights=given,
                    grantor=grantor,
                    grantee=cabinet.lea.account,
                    valid_from=today(),
                    valid_until=today() + timedelta(days=200),
                    status=Status.ACTIVE,
                )


def lines_of(body: dict[str, Any]) -> list[str]:
    return [body["sealed"], *(one["sealed"] for one in body["others"])]


@pytest.mark.parametrize(("rights", "surname"), [(25, "Delorme"), (200, LONG)])
def test_more_rights_than_a_code_holds_are_all_stated_in_parts(rights: int, surname: str) -> None:
    cabinet = Cabinet()
    hold(cabinet, rights - 1, surname=surname)
    body = attested(cabinet).body
    parts = []
    for line in lines_of(body):
        prefix, text, signature = line.split(".")
        assert (prefix, unpacked(signature)) == ("CTXA2", sign_text(unpacked(text).decode()))
        parts.append(json.loads(unpacked(text)))
    assert [one["part"] for one in parts] == [
        {"number": number, "of": len(parts), "total": rights} for number in range(1, len(parts) + 1)
    ]
    stated = [(right["service"], right["right"], right["by"]) for one in parts for right in one["rights"]]
    assert len(stated) == rights
    assert len({one["person"]["login_id"] + one["register"]["head"] + one["at"] for one in parts}) == 1
    assert max(len(line) for line in lines_of(body)) <= MAX_LETTERS
    for one in (body, *body["others"]):
        assert {len(row) for row in one["qr"]} == {len(one["qr"])}


def test_what_a_code_holds_is_one_line_without_parts() -> None:
    cabinet = Cabinet()
    hold(cabinet, 11, surname="Delorme")
    body = attested(cabinet).body
    assert (body["sealed"].split(".")[0], body["others"]) == ("CTXA1", [])
    said = statement_of(body)
    assert (len(said["rights"]), "part" in said) == (12, False)
