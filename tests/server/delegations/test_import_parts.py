"""A file longer than one call: its parts wait, and the last one grants all of it, or nothing."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import now
from comptexpert_server.delegations import import_parts, transitions
from comptexpert_server.delegations.models import Delegation, ImportPart
from comptexpert_server.operations import worker
from tests.server import desk
from tests.server.delegations.test_imports import _send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
HEADER = "grantee,service,rights,reason,seen\n"


@pytest.fixture
def agathe() -> Desk:
    return desk.expert(desk.firm())


def people(count: int) -> list[str]:
    return [f"{desk.account().login_id},jesignexpert,prepare seal,Rentrée,\n" for _ in range(count)]


def parted(lines: Sequence[str], *, size: int) -> list[str]:
    return [HEADER + "".join(lines[first : first + size]) for first in range(0, len(lines), size)]


def send_part(person: Desk, parts: Sequence[str], number: int, *, key: str) -> desk.Answer:
    digest = hashlib.sha256("".join(parts).encode()).hexdigest()
    raw = person.client.generic(
        "POST",
        "/api/v1/delegations/imports/parts",
        data=parts[number - 1],
        content_type="text/csv",
        headers={"Authorization": f"Bearer {person.token}", "Idempotency-Key": key},
        query_params={"number": str(number), "of": str(len(parts)), "digest": digest},
    )
    return desk.Answer(raw.status_code, json.loads(raw.content), raw.headers)


def send_all(person: Desk, parts: Sequence[str], *, key: str = "") -> desk.Answer:
    key = key or str(uuid.uuid4())
    answers = [send_part(person, parts, number, key=key) for number in range(1, len(parts) + 1)]
    assert [one.status for one in answers[:-1]] == [202] * (len(parts) - 1), answers[0].body
    return answers[-1]


def written() -> list[int]:
    return [model.objects.count() for model in (Delegation, AuditEvent, Email)]


def test_the_parts_wait_and_the_last_one_grants_them_all(agathe: Desk) -> None:
    parts, key = parted(people(5), size=2), str(uuid.uuid4())
    first, second = (send_part(agathe, parts, number, key=key) for number in (1, 2))
    assert (first.status, first.body) == (202, {"kept": [1]})
    assert (second.status, second.body) == (202, {"kept": [1, 2]})
    assert written() == [0, 0, 0]
    last = send_part(agathe, parts, 3, key=key)
    assert (last.status, last.body["applied"], last.body["accepted"]) == (200, True, 5)
    assert [one["line"] for one in last.body["lines"]] == [2, 3, 4, 5, 6]
    assert set(Delegation.objects.values_list("origin", "status")) == {("import", "ACTIVE")}
    assert (Delegation.objects.count(), ImportPart.objects.count()) == (5, 0)


def test_what_is_sent_again_from_the_first_part_is_granted_once(agathe: Desk) -> None:
    parts, key = parted(people(5), size=2), str(uuid.uuid4())
    assert send_part(agathe, parts, 1, key=key).status == 202
    first = send_all(agathe, parts, key=key)
    again = send_all(agathe, parts, key=key)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (Delegation.objects.count(), ImportPart.objects.count()) == (5, 0)


def test_each_refused_line_of_every_part_is_told_and_nothing_is_granted(agathe: Desk) -> None:
    lines = people(5)
    lines[1] = "inconnue.totale,rfc,access,,\n"
    lines[4] = "x@ailleurs.example,rfc,inconnu,,\n"
    answer = send_all(agathe, parted(lines, size=2))
    assert (answer.status, answer.code, answer.body["refused"]) == (422, "DEL_IMPORT_REFUSED", 2)
    told = {one["line"]: one["code"] for one in answer.body["lines"] if one["code"]}
    assert told == {3: "DEL_NO_ACCOUNT", 6: "INVALID_INPUT"}
    assert written() == [0, 0, 0]
    assert ImportPart.objects.count() == 0


def test_a_last_part_without_the_others_grants_nothing_and_says_which_are_missing(agathe: Desk) -> None:
    parts, key = parted(people(5), size=2), str(uuid.uuid4())
    send_part(agathe, parts, 2, key=key)
    alone = send_part(agathe, parts, 3, key=key)
    assert (alone.status, alone.code, alone.body["missing"]) == (409, "DEL_IMPORT_INCOMPLETE", [1])
    assert written() == [0, 0, 0]
    assert send_all(agathe, parts, key=key).body["applied"]


def test_one_key_takes_no_second_content(agathe: Desk) -> None:
    lines, key = people(4), str(uuid.uuid4())
    parts = parted(lines, size=2)
    send_part(agathe, parts, 1, key=key)
    other = parted([lines[3], *lines[1:3], lines[0]], size=2)
    assert send_part(agathe, other, 1, key=key).code == "KEY_REUSED"
    assert send_part(agathe, other, 2, key=key).code == "KEY_REUSED"
    assert written() == [0, 0, 0]


def test_a_right_that_changed_since_the_preview_is_told_and_nothing_is_granted(agathe: Desk) -> None:
    karim = desk.account()
    held = agathe.grant(karim, service="jesignexpert", rights=["prepare"])
    assert held.status == 201, held.body
    lines = [*people(2), f"{karim.login_id},jesignexpert,seal,Rentrée,\n"]
    preview = _send(agathe, HEADER + "".join(lines), dry_run=True)
    assert preview.body["lines"][2]["delegation"]["rights"] == ["prepare", "seal"]
    seen = [line.replace(",\n", f",{one['seen']}\n") for line, one in zip(lines, preview.body["lines"], strict=True)]
    ended = agathe.decide(held.body, "revoke")
    assert ended.status == 200, ended.body
    before = written()
    answer = send_all(agathe, parted(seen, size=2))
    assert (answer.status, answer.body["applied"]) == (422, False)
    assert [one["code"] for one in answer.body["lines"]] == ["", "", "DEL_IMPORT_CHANGED"]
    assert answer.body["lines"][2]["problem"]["now"]["rights"] == ["seal"]
    assert written() == before


def test_a_file_of_one_call_is_compared_with_its_preview_too(agathe: Desk) -> None:
    (line,) = people(1)
    (told,) = _send(agathe, HEADER + line, dry_run=True).body["lines"]
    other = _send(agathe, HEADER + line.replace(",\n", ",0123456789abcdef\n"))
    assert [one["code"] for one in other.body["lines"]] == ["DEL_IMPORT_CHANGED"]
    assert _send(agathe, HEADER + line.replace(",\n", f",{told['seen']}\n")).body["applied"]


def test_a_part_is_read_before_it_waits_and_only_for_those_who_grant(agathe: Desk) -> None:
    key = str(uuid.uuid4())
    too_long = [HEADER + "a,rfc,access,,\n" * 501, HEADER + "b,rfc,access,,\n"]
    assert send_part(agathe, too_long, 1, key=key).body["errors"] == [{"field": "file", "code": "TOO_LONG"}]
    assert send_part(desk.staff(), parted(people(2), size=1), 1, key=key).code == "DEL_NOT_GRANTOR"
    eleven = parted(people(11), size=1)
    assert send_part(agathe, eleven, 1, key=key).status == 422
    assert ImportPart.objects.count() == 0


def test_what_waits_is_sealed_and_lapses_after_a_day(agathe: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parted(["secrete@ailleurs.example,rfc,access,Motif,\n", *people(1)], size=1)
    send_part(agathe, parts, 1, key=str(uuid.uuid4()))
    assert "secrete" not in ImportPart.objects.get().body
    worker.clean(now() + timedelta(hours=23))
    assert ImportPart.objects.count() == 1
    worker.clean(now() + timedelta(hours=25))
    assert ImportPart.objects.count() == 0


def test_of_many_imports_that_wait_the_oldest_makes_room(agathe: Desk) -> None:
    parts = parted(people(2), size=1)
    keys = [str(uuid.uuid4()) for _ in range(import_parts.MAX_WAITING + 1)]
    for key in keys:
        send_part(agathe, parts, 1, key=key)
    assert {str(key) for key in ImportPart.objects.values_list("key", flat=True)} == set(keys[1:])
    assert send_part(agathe, parts, 2, key=keys[0]).code == "DEL_IMPORT_INCOMPLETE"


def test_nobody_completes_the_import_of_somebody_else(agathe: Desk) -> None:
    parts, key = parted(people(2), size=1), str(uuid.uuid4())
    send_part(agathe, parts, 1, key=key)
    other = desk.expert(desk.firm())
    assert send_part(other, parts, 2, key=key).code == "DEL_IMPORT_INCOMPLETE"
    assert written() == [0, 0, 0]


def test_a_line_that_costs_more_than_its_share_is_seen(agathe: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One lock for all lines: what each adds is its own grant."""
    locks: list[int] = []
    lock = transitions.lock_writer
    monkeypatch.setattr(transitions, "lock_writer", lambda: locks.append(1) or lock())
    parts = parted(people(20), size=10)
    key = str(uuid.uuid4())
    send_part(agathe, parts, 1, key=key)
    with CaptureQueriesContext(connection) as seen:
        assert send_part(agathe, parts, 2, key=key).body["applied"]
    assert len(locks) == 1
    savepoints = sum(1 for one in seen if re.match("(?i)savepoint", one["sql"]))
    assert savepoints < 20 * 8


@pytest.mark.campaign
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("bad", [None, 4_700])
def test_five_thousand_lines_are_granted_whole_or_not_at_all(agathe: Desk, bad: int | None) -> None:
    services = ("jesignexpert", "rfc")
    rights = {"jesignexpert": "prepare", "rfc": "access"}
    lines = [f"{who},{one},{rights[one]},Rentrée,\n" for who in logins(2_500) for one in services]
    if bad is not None:
        lines[bad - 1] = "inconnue.totale,rfc,access,,\n"
    answer = send_all(agathe, parted(lines, size=500))
    if bad is None:
        assert (answer.status, answer.body["accepted"]) == (200, 5_000)
        assert Delegation.objects.filter(status="ACTIVE").count() == 5_000
    else:
        assert [one["line"] for one in answer.body["lines"] if one["code"]] == [bad + 1]
        assert written() == [0, 0, 0]


def logins(count: int) -> list[str]:
    return [desk.account().login_id for _ in range(count)]
