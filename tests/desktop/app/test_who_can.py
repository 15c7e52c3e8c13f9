"""`who-can` answers from the projection today, and from the verified register on a past day."""

from __future__ import annotations

import hashlib
import json

from comptexpert_desktop.domain.delegation import Status
from tests.desktop.app.test_commands import DONE, FAILED, SIGN_IN_FIRST, USAGE, told
from tests.desktop.domain.test_register import KEY, PUBLIC, canonical, sealed
from tests.fakes import FIRM

PAST = "2026-03-14"


def a_line(number, at, to, *, said, firm=FIRM.id, **data):
    """Write what the server writes of a delegation, with the digests of what is said beside it."""
    sealed_texts = {
        name: hashlib.sha256(f"{one['salt']}{one['text']}".encode()).hexdigest() for name, one in said.items()
    }
    terms = {"service": "jesignexpert", "rights": ["prepare"], "grantor": "entry-1", "grantee": "account-1"}
    dates = {"valid_from": "2026-03-12", "valid_until": "2026-06-30", "missing": [], "to": to}
    return {
        "number": number,
        "at": at,
        "firm": firm,
        "actor": "account-2",
        "acting_for": None,
        "action": "delegation.approve" if to == "ACTIVE" else "delegation.suspend",
        "object_id": "delegation-1",
        "object_version": number,
        "data": {**terms, **dates, **data, "said": sealed_texts},
    }


def a_register(firm=FIRM.id):
    """Write a right that was granted on the 12th and suspended on the 15th of March."""
    texts = {
        "1": {"grantee": {"salt": "a1", "text": "Karim LEROUX"}, "grantor": {"salt": "b2", "text": "Claire AUBIER"}},
        "2": {"grantee": {"salt": "c3", "text": "Karim LEROUX"}},
    }
    events, previous = [], ""
    for event in (
        a_line(1, "2026-03-12T09:00:00.000000Z", "ACTIVE", said=texts["1"], firm=firm),
        a_line(2, "2026-03-15T09:00:00.000000Z", "SUSPENDED", said=texts["2"], firm=firm),
    ):
        event["previous"] = previous
        previous = event["digest"] = hashlib.sha256(canonical(event).encode()).hexdigest()
        events.append(event)
    return {"events": events, "texts": texts, "end": sealed({"firm": firm, "count": 2, "head": previous})}


def serve(terminal, document):
    assert KEY.public_key().public_bytes_raw() == PUBLIC
    terminal.server.pinned_key = lambda: PUBLIC
    terminal.server.registers[FIRM.id, "json"] = json.dumps(document).encode()


def test_today_is_answered_from_what_was_last_told(terminal):
    terminal.sign_in()
    told(terminal, status=Status.ACTIVE, rights=("prepare", "seal"), effective_rights=("prepare", "seal"))
    code, found = terminal.json("who-can", "--service", "jesignexpert", "--right", "prepare")
    assert (code, found["source"], [one["right"] for one in found["holdings"]]) == (DONE, "projection", ["prepare"])
    only = found["holdings"][0]
    assert (only["person"], only["effective"], only["missing"]) == ("Karim LEROUX", True, [])
    assert (only["grantor"], only["until"]) == ("Claire AUBIER", "2027-03-01")
    assert terminal.json("who-can", "--firm", "another")[1]["holdings"] == []


def test_what_is_missing_is_said_right_by_right(terminal):
    terminal.sign_in()
    told(
        terminal,
        status=Status.ACTIVE,
        rights=("prepare", "sign"),
        missing=("DEL_CERT_REQUIRED",),
        effective=False,
        effective_rights=("prepare",),
    )
    found = terminal.json("who-can")[1]["holdings"]
    assert {one["right"]: (one["effective"], one["missing"]) for one in found} == {
        "prepare": (True, []),
        "sign": (False, ["DEL_CERT_REQUIRED"]),
    }


def test_a_past_day_is_answered_from_the_register(terminal):
    terminal.sign_in()
    serve(terminal, a_register())
    code, found = terminal.json("who-can", "--on", PAST)
    assert (code, found["source"], found["registers"][0]["lines"]) == (DONE, "register", 2)
    assert [(one["person"], one["right"], one["effective"]) for one in found["holdings"]] == [
        ("Karim LEROUX", "prepare", True)
    ]
    later = terminal.json("who-can", "--on", "2026-03-15")[1]["holdings"]
    assert [(one["effective"], one["missing"]) for one in later] == [(False, ["DEL_SUSPENDED"])]
    assert terminal.json("who-can", "--on", "2026-03-11")[1]["holdings"] == []


def test_a_register_that_was_touched_answers_nothing(terminal):
    terminal.sign_in()
    for change in ({"object_id": "another"}, {"at": "2026-03-13T09:00:00.000000Z"}):
        document = a_register()
        document["events"][0] = document["events"][0] | change
        serve(terminal, document)
        assert terminal.run("who-can", "--on", PAST) == FAILED
        assert "REGISTER_BROKEN" in terminal.errors
    document = a_register()
    document["texts"]["1"]["grantee"]["text"] = "Quelqu’un D’AUTRE"
    serve(terminal, document)
    assert terminal.run("who-can", "--on", PAST) == FAILED
    assert terminal.run("who-can", "--on", PAST, "--json") == FAILED
    assert terminal.out == ""


def test_a_name_that_was_erased_leaves_the_answer(terminal):
    terminal.sign_in()
    document = a_register()
    del document["texts"]["1"]["grantee"]
    serve(terminal, document)
    found = terminal.json("who-can", "--on", PAST)[1]["holdings"]
    assert [one["person"] for one in found] == ["account-1"]


def test_a_day_to_come_and_a_word_that_is_no_day_are_wrong_uses(terminal):
    terminal.sign_in()
    for word in ("2099-01-01", "hier", "2026-13-01"):
        assert terminal.run("who-can", "--on", word) == USAGE


def test_who_may_not_read_the_register_is_told(terminal):
    assert terminal.run("who-can") == SIGN_IN_FIRST
    terminal.sign_in("karim.leroux", may_grant=False)
    assert terminal.run("who-can", "--on", PAST) == USAGE
