"""A table leaves as one command, long or short: granted whole or not at all, and never twice whatever ends."""

from __future__ import annotations

import csv
import io

import pytest

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.importing import checked
from comptexpert_desktop.errors import NotAllowed, Unreachable
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.outbox import outbox
from tests.fakes import a_catalogue, new_uuid

HEAD = "Identifiant ou courriel;Service;Droits\n"
LOST = Unreachable("NET_OFFLINE", data={"host": "x", "sent": True})


@pytest.fixture
def lines(desk):
    """Five lines that the one who is signed in has previewed."""
    desk.sign_in()
    text = HEAD + "".join(f"invite{number}@cabinet.example;jesignexpert;prepare\n" for number in range(5))
    found = import_file.read(text.encode(), catalogue=a_catalogue()).lines
    token = desk.gateways.session.call(desk.gateways.browser.refresh, lambda token: token, account_id=account(desk))
    answer = desk.server.import_grants(import_file.as_table(found), dry_run=True, key=new_uuid(), token=token)
    return checked(found, answer.lines)


def account(desk):
    return desk.stores.account.account


def queue(desk, lines, *, account_id=""):
    outbox_id = new_uuid()
    importing.queue(desk.stores, lines=lines, outbox_id=outbox_id, account=account_id or account(desk), now=desk.now)
    return outbox_id


def invited(desk):
    return sorted(one.grantee.email for one in desk.server.delegations.values())


def applied(desk):
    return [(table, key) for table, dry_run, key in desk.server.import_calls if not dry_run]


def test_a_table_is_one_entry_that_says_what_was_seen_of_each_line(desk, lines):
    queue(desk, lines)
    (entry,) = outbox.entries(desk.stores)
    desk.turn()
    ((table, key),) = applied(desk)
    assert key == entry.id
    assert [row["seen"] for row in csv.DictReader(io.StringIO(table))] == [one.answer.seen for one in lines]
    assert len(invited(desk)) == 5


def test_what_an_older_server_did_not_say_is_not_sent_back():
    found = import_file.read((HEAD + "a;jesignexpert;prepare\n").encode(), catalogue=a_catalogue()).lines
    assert "seen" not in import_file.as_table(found, seen=[""])


def test_a_long_table_is_split_at_the_same_lines_each_time(monkeypatch):
    monkeypatch.setattr(import_file, "PART", 2)
    text = HEAD + "".join(f"invite{number}@cabinet.example;jesignexpert;prepare\n" for number in range(5))
    found = import_file.read(text.encode(), catalogue=a_catalogue()).lines
    parts = import_file.in_parts(import_file.as_table(found))
    assert [part.count("@cabinet.example") for part in parts] == [2, 2, 1]
    assert len({part.partition("\n")[0] for part in parts}) == 1
    assert parts == import_file.in_parts(import_file.as_table(found))


@pytest.mark.parametrize(("lines", "length"), [(1, 50), (500, 50), (1_000, 100), (5_000, 500)])
def test_a_preview_takes_few_calls_and_never_more_lines_than_the_server_reads(lines, length):
    assert importing.stretch(lines) == length


def test_what_ends_in_the_middle_goes_on_at_the_next_start_and_doubles_nothing(desk, lines):
    outbox_id = queue(desk, lines)
    desk.server.import_losses.append(LOST)
    desk.turn()
    assert desk.states()[outbox_id][0] == "unknown"
    desk.restart()
    desk.later(minutes=20)
    desk.turn()
    assert desk.states() == {outbox_id: ("sent", "")}
    assert invited(desk) == [f"invite{number}@cabinet.example" for number in range(5)]
    first, second = applied(desk)
    assert first == second


def test_a_table_with_a_refused_line_grants_nothing_and_each_line_is_told(desk, lines):
    outbox_id = queue(desk, lines)
    desk.server.refused_grantees = {lines[1].line.cells["grantee"]}
    desk.server.changed_grantees = {lines[3].line.cells["grantee"]}
    desk.turn()
    assert desk.states()[outbox_id] == ("needs_you", "DEL_IMPORT_REFUSED")
    assert invited(desk) == []
    codes = [one.code for one in importing.refused_lines(desk.entry(outbox_id))]
    assert codes == ["", "DEL_NO_ACCOUNT", "", "DEL_IMPORT_CHANGED", ""]


def test_nothing_is_queued_for_somebody_else(desk, lines):
    with pytest.raises(NotAllowed):
        queue(desk, lines, account_id="another")
    assert outbox.entries(desk.stores) == ()
