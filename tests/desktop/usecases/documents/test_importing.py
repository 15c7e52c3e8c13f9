"""A long table leaves in lots of the server's own size: queued together, each whole, none twice whatever ends."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.errors import NotAllowed, Unreachable
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.outbox import outbox
from tests.fakes import a_catalogue, new_uuid

HEAD = "Identifiant ou courriel;Service;Droits\n"


@pytest.fixture
def lots(desk, monkeypatch):
    """Five lines in lots of two, for the one who is signed in."""
    monkeypatch.setattr(import_file, "LOT", 2)
    desk.sign_in()
    text = HEAD + "".join(f"invite{number}@cabinet.example;jesignexpert;prepare\n" for number in range(5))
    lines = import_file.read(text.encode(), catalogue=a_catalogue()).sound
    return importing.part(lines, new_id=new_uuid)


def queue(desk, lots):
    importing.queue(desk.stores, lots=lots, account=desk.stores.account.account, now=desk.now)


def invited(desk):
    return sorted(one.grantee.email for one in desk.server.delegations.values())


def test_a_file_is_parted_and_each_lot_says_which_it_is(lots):
    assert [(len(lot.lines), lot.name) for lot in lots] == [(2, "1/3"), (2, "2/3"), (1, "3/3")]
    assert [lot.name for lot in importing.part(lots[0].lines, new_id=new_uuid)] == [""]


@pytest.mark.parametrize(("lines", "length"), [(1, 50), (500, 50), (1_000, 100), (5_000, 500)])
def test_a_preview_takes_few_calls_and_never_more_lines_than_the_server_reads(lines, length):
    assert importing.stretch(lines) == length


def test_what_ends_in_the_middle_goes_on_at_the_next_start_and_doubles_nothing(desk, lots):
    queue(desk, lots)
    desk.server.import_losses.extend([None, Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})])
    desk.turn()
    assert "unknown" in {status for status, _code in desk.states().values()}
    desk.restart()
    desk.later(minutes=20)
    desk.turn()
    desk.later(minutes=20)
    desk.turn()
    assert set(desk.states().values()) == {("sent", "")}
    assert invited(desk) == [f"invite{number}@cabinet.example" for number in range(5)]
    assert sorted(entry.subject for entry in outbox.entries(desk.stores)) == ["1/3", "2/3", "3/3"]
    tables = [(table, key) for table, _dry, key in desk.server.import_calls]
    assert len(set(tables)) == 3, "the lot whose answer was lost went again under its key"


def test_a_lot_with_a_refused_line_is_left_whole_and_the_others_are_granted(desk, lots):
    queue(desk, lots)
    lost = lots[1].lines[0].cells["grantee"]
    desk.server.refused_grantees = {lost}
    desk.turn()
    assert [desk.states()[lot.outbox_id] for lot in lots] == [
        ("sent", ""),
        ("needs_you", "DEL_IMPORT_REFUSED"),
        ("sent", ""),
    ]
    assert invited(desk) == [f"invite{number}@cabinet.example" for number in (0, 1, 4)]
    assert [one.code for one in importing.refused_lines(desk.entry(lots[1].outbox_id))] == ["DEL_NO_ACCOUNT", ""]


def test_all_lots_are_queued_or_none(desk, lots, monkeypatch):
    add, calls = outbox_store.add, []

    def fail_at_the_third(*arguments, **options):
        calls.append(options)
        if len(calls) == 3:
            raise MemoryError
        return add(*arguments, **options)

    monkeypatch.setattr(outbox_store, "add", fail_at_the_third)
    with pytest.raises(MemoryError):
        queue(desk, lots)
    assert outbox.entries(desk.stores) == ()


def test_nothing_is_queued_for_somebody_else(desk, lots):
    with pytest.raises(NotAllowed):
        importing.queue(desk.stores, lots=lots, account="another", now=desk.now)
    assert outbox.entries(desk.stores) == ()
