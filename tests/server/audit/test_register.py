"""The register: chained, append-only, exported with a signed end."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import DatabaseError, transaction

from comptexpert_server.audit import chain
from comptexpert_server.audit.models import AuditEvent, ChainHead, SaidText
from comptexpert_server.audit.services import erase_texts, record
from comptexpert_server.base.keys import signing_key
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 12, 30, 15, 250, tzinfo=UTC)


def _fill(firm: Firm, *, lines: int) -> None:
    for number in range(lines):
        record(
            firm_id=firm.pk,
            at=AT,
            actor=None,
            action="test.line",
            object_id=str(number),
            data={"note": "=1+1", "nombre": number, "accent": "é"},
        )


def _verify(document: dict[str, Any]) -> int | None:
    """Verify an export as a third party would; give the number of the first bad line, 0 for the end."""
    previous = ""
    for number, line in enumerate(document["events"], start=1):
        body = {name: value for name, value in line.items() if name != "digest"}
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if line["previous"] != previous or hashlib.sha256(text.encode()).hexdigest() != line["digest"]:
            return number
        previous = line["digest"]
    end = dict(document["end"])
    signature = base64.b64decode(end.pop("signature"))
    text = json.dumps(end, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        signing_key(settings.SIGNING_KEY.read()).public_key().verify(signature, text.encode())
    except InvalidSignature:
        return 0
    return None if (end["count"], end["head"]) == (len(document["events"]), previous) else 0


def test_the_lines_of_a_firm_are_chained_apart_from_other_firms() -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    _fill(alba, lines=3)
    _fill(brume, lines=2)
    numbers = [list(one.events.order_by("number").values_list("number", flat=True)) for one in (alba, brume)]
    assert numbers == [[1, 2, 3], [1, 2]]
    first, second, _third = AuditEvent.objects.filter(firm=alba).order_by("number")
    assert (first.previous, second.previous) == ("", first.digest)


def test_events_without_a_firm_have_a_chain_of_their_own() -> None:
    for _line in range(2):
        record(firm_id=None, at=AT, actor=None, action="test.line", object_id="x")
    assert [event.number for event in AuditEvent.objects.order_by("number")] == [1, 2]
    assert ChainHead.objects.get(chain="").number == 2


def test_a_line_undone_with_its_transaction_leaves_no_hole() -> None:
    alba = desk.firm()
    _fill(alba, lines=1)
    with transaction.atomic():
        _fill(alba, lines=1)
        transaction.set_rollback(True)
    _fill(alba, lines=1)
    assert [event.number for event in alba.events.order_by("number")] == [1, 2]


@pytest.mark.parametrize("act", ["update", "delete", "save"])
def test_the_database_refuses_to_change_a_line(act: str) -> None:
    alba = desk.firm()
    _fill(alba, lines=1)
    event = alba.events.get()
    event.action = "forged"
    acts = {
        "update": lambda: AuditEvent.objects.update(action="forged"),
        "delete": lambda: AuditEvent.objects.all().delete(),
        "save": event.save,
    }
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        acts[act]()
    assert alba.events.get().action == "test.line"


def test_the_export_verifies_offline() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    agathe.decide(desk.pending(desk.staff(), agathe), "approve")
    answer = agathe.get("/register", firm=str(cabinet.pk))
    assert (answer.status, _verify(answer.body)) == (200, None)
    assert [line["action"] for line in answer.body["events"]] == [
        "delegation.request",
        "delegation.approve",
        "member.joined",
    ]
    assert answer.body["end"]["count"] == 3
    said = answer.body["events"][1]["data"]
    assert (said["from"], said["to"], said["service"], said["rights"]) == (
        "PENDING",
        "ACTIVE",
        "bibliordre",
        ["access"],
    )


def test_the_lines_hold_identifiers_and_the_texts_stand_beside_them() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.active(lea, agathe)
    body = agathe.get("/register", firm=str(cabinet.pk)).body
    raw = json.dumps(body["events"], ensure_ascii=False)
    for word in ("Quémener", "QUÉMENER", "Delorme", "DELORME", lea.account.email, lea.account.login_id, desk.REASON):
        assert word not in raw
    first = {name: one["text"] for name, one in body["texts"]["1"].items()}
    assert first == {
        "actor": "Léa QUÉMENER",
        "grantor": "Agathe DELORME",
        "grantee": "Léa QUÉMENER",
        "reason": desk.REASON,
    }
    digests = body["events"][0]["data"]["said"]
    for name, one in body["texts"]["1"].items():
        assert digests[name] == hashlib.sha256(f"{one['salt']}{one['text']}".encode()).hexdigest()


def test_a_person_who_is_erased_leaves_a_register_that_holds() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.active(lea, agathe)
    assert erase_texts(about=[lea.account.pk]) == 6, "twice as grantee with the reason, as actor, as a new member"
    answer = agathe.get("/register", firm=str(cabinet.pk))
    assert (answer.status, _verify(answer.body)) == (200, None)
    raw = json.dumps(answer.body, ensure_ascii=False)
    assert "QUÉMENER" not in raw
    assert desk.REASON not in raw
    assert "DELORME" in raw


def test_a_text_that_somebody_changed_in_the_database_is_not_handed_out() -> None:
    cabinet = desk.firm()
    agathe = desk.expert(cabinet)
    desk.active(desk.staff(), agathe)
    SaidText.objects.filter(name="grantee").update(text="Quelqu’un D’AUTRE")
    answer = agathe.get("/register", firm=str(cabinet.pk))
    assert (answer.code, answer.body["fault"], answer.body["line"]) == ("REGISTER_BROKEN", "text", 1)


def test_every_change_of_an_export_is_seen() -> None:
    cabinet = desk.firm()
    _fill(cabinet, lines=4)
    document = desk.expert(cabinet).get("/register", firm=str(cabinet.pk)).body
    assert _verify(document) is None
    for number, line in enumerate(document["events"], start=1):
        for member in line:
            forged = json.loads(json.dumps(document))
            forged["events"][number - 1][member] = "forged"
            assert _verify(forged) is not None, (number, member)
    for cut in range(4):
        forged = json.loads(json.dumps(document))
        del forged["events"][cut]
        assert _verify(forged) is not None
    swapped = json.loads(json.dumps(document))
    swapped["events"][1], swapped["events"][2] = swapped["events"][2], swapped["events"][1]
    assert _verify(swapped) is not None


def test_an_empty_register_has_a_signed_end_too() -> None:
    cabinet = desk.firm()
    document = desk.expert(cabinet).get("/register", firm=str(cabinet.pk)).body
    assert (document["events"], _verify(document)) == ([], None)


def test_the_csv_export_says_the_same_and_starts_no_formula() -> None:
    cabinet = desk.firm()
    _fill(cabinet, lines=2)
    agathe = desk.expert(cabinet)
    answer = agathe.get("/register", firm=str(cabinet.pk), format="csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert tuple(rows[0]) == chain.COLUMNS
    assert [row[0] for row in rows[1:]] == ["1", "2", "end"]
    assert json.loads(rows[-1][1]) == agathe.get("/register", firm=str(cabinet.pk)).body["end"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_register_is_for_those_who_grant_for_the_firm() -> None:
    cabinet = desk.firm()
    people = [desk.expert(desk.firm("Autre")), desk.staff(cabinet)]
    assert [one.get("/register", firm=str(cabinet.pk)).status for one in people] == [404, 404]
