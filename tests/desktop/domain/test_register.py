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
from comptexpert_desktop.usecases.documents import register as usecase

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


# -- Beside an earlier export -----------------------------------------------------------------------------------------


def cut(document, lines):
    """Give the same register as it was after so many lines, signed by the server then."""
    events = document["events"][:lines]
    head = events[-1]["digest"] if events else ""
    return {"events": events, "end": sealed({"firm": document["end"]["firm"], "count": lines, "head": head})}


def rewritten(document, number, **members):
    """Change a line and chain all that follows anew, signed with the key."""
    events, previous = [], ""
    for event in document["events"]:
        changed = {**event, **(members if event["number"] == number else {}), "previous": previous}
        changed.pop("digest")
        previous = changed["digest"] = hashlib.sha256(canonical(changed).encode()).hexdigest()
        events.append(changed)
    end = {"firm": document["end"]["firm"], "count": len(events), "head": previous}
    return {"events": events, "end": sealed(end)}


def since(document, earlier):
    found = usecase.verify(json.dumps(document), key=PUBLIC, since=json.dumps(earlier))
    return found.fault


def seen(document, earlier):
    """Compare with the head of an earlier export alone, as the application does."""
    head = register.head_of(register.read(json.dumps(earlier)))
    return register.break_since(register.read(json.dumps(document)), head=head)


def test_a_register_that_goes_on_continues_what_was_known():
    whole = a_register(40)
    for lines in (0, 1, 39, 40):
        assert since(whole, cut(whole, lines)) is None
        assert seen(whole, cut(whole, lines)) is None


def test_a_register_that_was_cut_does_not_continue_what_was_known():
    whole = a_register(40)
    assert since(cut(whole, 33), whole) == Fault(34, "REGISTER_NOT_CONTINUED")
    assert seen(cut(whole, 33), whole) == Fault(34, "REGISTER_NOT_CONTINUED")


def test_a_register_that_was_rewritten_and_signed_does_not_continue_what_was_known():
    whole = a_register(40)
    forged = rewritten(whole, 4, actor="somebody else")
    assert verdict(forged).holds
    assert since(forged, cut(whole, 20)) == Fault(4, "REGISTER_NOT_CONTINUED")
    assert seen(forged, cut(whole, 20)) == Fault(20, "REGISTER_NOT_CONTINUED")


def test_a_restored_register_is_told_apart_from_a_cut_one():
    whole = a_register(40)
    restored = rewritten(cut(whole, 34), 34, action=register.RESTORED, at="2026-03-13T00:00:00.000000Z")
    assert since(restored, whole) == Fault(34, "REGISTER_RESTORED")
    assert seen(restored, whole) == Fault(34, "REGISTER_RESTORED")


def test_an_old_restoration_does_not_excuse_a_later_cut():
    whole = rewritten(a_register(40), 5, action=register.RESTORED)
    assert since(cut(whole, 33), whole) == Fault(34, "REGISTER_NOT_CONTINUED")
    assert seen(cut(whole, 33), whole) == Fault(34, "REGISTER_NOT_CONTINUED")


def test_the_register_of_another_firm_continues_nothing():
    assert since(a_register(40), a_register(20, firm="firm-2")) == Fault(0, "REGISTER_LINE_FOREIGN")


def test_an_earlier_export_that_was_touched_is_named():
    whole = a_register(40)
    earlier = cut(whole, 20)
    earlier["events"][6] = earlier["events"][6] | {"actor": "somebody else"}
    assert since(whole, earlier) == Fault(7, "REGISTER_LINE_CHANGED")


def test_a_line_that_does_not_say_everything_is_no_register():
    for name in register.COLUMNS:
        document = a_register(2)
        del document["events"][1][name]
        with pytest.raises(InvalidInput):
            usecase.verify(json.dumps(document), key=PUBLIC)
