"""An exported register says which line was touched."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comptexpert_desktop.domain import register
from comptexpert_desktop.domain.register import Fault
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.usecases import register as usecase

LINES = 1000
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def canonical(document):
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def a_register(lines=LINES, *, firm="firm-1"):
    """Write a register as the server does, with code of its own."""
    events, previous = [], ""
    for number in range(1, lines + 1):
        event = {
            "number": number,
            "at": f"2026-03-12T09:{number // 60 % 60:02d}:{number % 60:02d}.000000Z",
            "firm": firm,
            "actor": None if number % 7 == 0 else f"actor-{number % 5}",
            "acting_for": None,
            "action": "delegation.approved",
            "object_id": f"object-{number}",
            "object_version": None if number % 9 == 0 else 2,
            "data": {"rights": ["prepare"], "note": "été"},
            "previous": previous,
        }
        previous = event["digest"] = hashlib.sha256(canonical(event).encode()).hexdigest()
        events.append(event)
    return {"events": events, "end": sealed({"firm": firm, "count": lines, "head": previous})}


def sealed(end):
    return {**end, "signature": base64.b64encode(KEY.sign(canonical(end).encode())).decode()}


def fault(document):
    """Look for a fault without writing the document out and reading it again."""
    return register.first_fault(register.Register(tuple(document["events"]), document["end"]))


def verdict(document, *, key=PUBLIC):
    return usecase.verify(json.dumps(document), key=key)


def test_an_untouched_register_holds():
    found = verdict(a_register())
    assert found.holds
    assert (found.firm, found.lines, found.signature) == ("firm-1", LINES, "verified")


def test_an_empty_register_holds():
    assert verdict(a_register(0)).holds


def test_any_changed_line_is_named():
    for place in range(LINES):
        document = a_register_once()
        document["events"][place] = {**document["events"][place], "object_id": "another"}
        assert fault(document) == Fault(place + 1, "REGISTER_LINE_CHANGED")


def test_any_removed_line_is_noticed_where_it_was():
    for place in range(LINES):
        document = a_register_once()
        del document["events"][place]
        expected = Fault(0, "REGISTER_END_CHANGED") if place == LINES - 1 else Fault(place + 1, "REGISTER_LINE_MISSING")
        assert fault(document) == expected


def test_any_moved_line_is_noticed():
    for place in range(LINES - 1):
        document = a_register_once()
        events = document["events"]
        events[place], events[place + 1] = events[place + 1], events[place]
        assert fault(document) == Fault(place + 1, "REGISTER_LINE_MISSING")


def test_a_chain_that_was_built_again_does_not_have_the_signature():
    document = a_register(10)
    document["events"] = a_register(9)["events"]
    document["end"] = {**document["end"], "count": 9, "head": document["events"][-1]["digest"]}
    found = verdict(document)
    assert found.fault is None
    assert (found.signature, found.holds) == ("refused", False)


def test_a_line_of_another_firm_is_noticed():
    document = a_register(3)
    document["events"] = a_register(3, firm="firm-2")["events"]
    assert verdict(document).fault == Fault(1, "REGISTER_LINE_FOREIGN")


def test_without_the_servers_key_nothing_is_promised():
    found = verdict(a_register(3), key=None)
    assert (found.fault, found.signature, found.holds) == (None, "unknown_key", False)


def test_a_csv_export_reads_as_the_same_register():
    document = a_register(40)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = list(document["events"][0])
    writer.writerow(columns)
    for event in document["events"]:
        cells = {**event, "data": canonical(event["data"])}
        writer.writerow(["" if cells[column] is None else cells[column] for column in columns])
    writer.writerow(["end", canonical(document["end"])])
    assert register.read(out.getvalue()) == register.read(json.dumps(document))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "a;b\n", '{"events": 3, "end": {}}', "end,{}", '{"events": [1], "end": {}}']
)
def test_what_is_no_register_is_refused(text):
    with pytest.raises(InvalidInput) as told:
        register.read(text)
    assert told.value.code == "FILE_INVALID"


_WHOLE = a_register()


def a_register_once():
    """A copy that a test may break, without hashing a thousand lines again."""
    return {"events": list(_WHOLE["events"]), "end": dict(_WHOLE["end"])}


def a_register_of_formulas():
    document = a_register(3)
    previous = ""
    for event, text in zip(document["events"], ("=1+1", "'=déjà gardé", '-a;b\n"c"'), strict=True):
        event["object_id"], event["previous"] = text, previous
        whole = {name: value for name, value in event.items() if name != "digest"}
        previous = event["digest"] = hashlib.sha256(canonical(whole).encode()).hexdigest()
    document["end"] = sealed({"firm": "firm-1", "count": 3, "head": previous})
    return document


def test_a_table_for_a_french_spreadsheet_verifies_and_runs_nothing():
    found = register.read(json.dumps(a_register_of_formulas()))
    table = register.as_table(found)
    assert table.startswith(b"\xef\xbb\xbfnumber;at;firm")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert register.read(table.decode("utf-8")) == found
    assert usecase.verify(table.decode("utf-8"), key=PUBLIC).holds


def test_a_changed_byte_of_that_table_is_found():
    table = register.as_table(register.read(json.dumps(a_register(5)))).decode("utf-8")
    assert register.first_fault(register.read(table.replace("object-4", "object-5", 1))) == Fault(
        4, "REGISTER_LINE_CHANGED"
    )
