"""A table of grants, previewed then applied: the same of the fake and of the real server."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.errors import Refused, SessionExpired, Unreachable
from comptexpert_server.delegations import import_parts, imports
from tests.fakes import new_uuid

HEAD = "grantee,service,rights,firm,valid_from,valid_until,reason\n"


def send(world, body, *, dry_run=True, key="", token=""):
    return world.server.import_grants(
        HEAD + body, dry_run=dry_run, key=key or new_uuid(), token=token or world.expert.token
    )


def invited(number=""):
    return f"invite{number}-{new_uuid()[:8]}@cabinet.example,jesignexpert,prepare,,,,Rentrée\n"


def test_a_dry_run_tells_each_line_and_grants_nothing(world):
    body = invited() + "inconnu.total,jesignexpert,prepare,,,,\n"
    first, second = send(world, body), send(world, body)
    assert not first.applied
    assert [(line.place, line.code) for line in first.lines] == [(0, ""), (1, "DEL_NO_ACCOUNT")]
    assert first.lines[0].delegation.status is Status.SCHEDULED
    assert first.lines[0].delegation.rights == ("prepare",)
    assert [line.code for line in second.lines] == [line.code for line in first.lines]


def test_a_table_is_applied_once_a_key(world):
    body, key = invited("a") + invited("b"), new_uuid()
    first, second = send(world, body, dry_run=False, key=key), send(world, body, dry_run=False, key=key)
    assert first.applied
    assert [line.delegation.id for line in second.lines] == [line.delegation.id for line in first.lines]
    with pytest.raises(Refused, match="KEY_REUSED"):
        send(world, body + invited("c"), dry_run=False, key=key)


def test_one_refused_line_grants_nothing(world):
    good, key = invited(), new_uuid()
    answer = send(world, good + "inconnu.total,jesignexpert,prepare,,,,\n", dry_run=False, key=key)
    assert not answer.applied
    assert [line.code for line in answer.lines] == ["", "DEL_NO_ACCOUNT"]
    assert send(world, good, dry_run=False, key=key).applied


def test_an_unknown_service_is_refused_on_its_line(world):
    answer = send(world, "x@cabinet.example,inconnu,access,,,,\n")
    assert [line.code for line in answer.lines] == ["INVALID_INPUT"]
    assert answer.about_the_person == ""


def test_those_who_do_not_grant_import_nothing(world):
    answer = send(world, invited(), dry_run=False, token=world.staff.token)
    assert (answer.applied, answer.about_the_person) == (False, "DEL_NOT_GRANTOR")
    with pytest.raises(SessionExpired):
        send(world, invited(), token="none")


def test_a_table_longer_than_one_call_is_granted_whole_or_not_at_all(world, monkeypatch):
    monkeypatch.setattr(import_file, "PART", 2)
    lines, key = [invited(name) for name in "abcde"], new_uuid()
    bad = send(world, "".join([*lines[:4], "inconnu.total,jesignexpert,prepare,,,,\n"]), dry_run=False)
    assert (bad.applied, [line.code for line in bad.lines]) == (False, ["", "", "", "", "DEL_NO_ACCOUNT"])
    first = send(world, "".join(lines), dry_run=False, key=key)
    again = send(world, "".join(lines), dry_run=False, key=key)
    assert (first.applied, len(first.lines)) == (again.applied, len(again.lines)) == (True, 5)
    assert all(line.code == "DEL_DUPLICATE" for line in send(world, "".join(lines)).lines)


@pytest.mark.parametrize(("number", "lost"), [(1, False), (2, False), (2, True)])
def test_an_end_between_two_parts_grants_nothing_twice_and_the_next_try_finishes(real_world, monkeypatch, number, lost):
    monkeypatch.setattr(import_file, "PART", 3)
    body, key, server = "".join(invited(name) for name in "abcde"), new_uuid(), real_world.server
    exchange, ends = server._exchange, [f"number={number}&"]

    def cut(path, **sent):
        is_cut = bool(ends) and ends[0] in path
        reply = exchange(path, **sent) if lost or not is_cut else None
        if is_cut:
            ends.clear()
            raise Unreachable("NET_OFFLINE", data={"host": "x", "sent": lost})
        return reply

    with monkeypatch.context() as cutting:
        cutting.setattr(server, "_exchange", cut)
        with pytest.raises(Unreachable):
            send(real_world, body, dry_run=False, key=key)
    is_granted = lost and number == 2
    assert [bool(line.code) for line in send(real_world, body).lines] == [is_granted] * 5
    assert send(real_world, body, dry_run=False, key=key).applied
    emails = [line.partition(",")[0] for line in body.splitlines()]
    known = [one.grantee.email for one in server.sync(token=real_world.expert.token, cursor="").delegations]
    assert [known.count(email) for email in emails] == [1] * 5


def test_what_gives_something_else_than_its_preview_said_is_not_granted(world):
    line = invited()
    (told,) = send(world, line).lines
    head = HEAD.replace("\n", ",seen\n")

    def granted(seen):
        table = head + line.replace("\n", f",{seen}\n")
        return world.server.import_grants(table, dry_run=False, key=new_uuid(), token=world.expert.token)

    changed = granted("0123456789abcdef")
    assert (changed.applied, [one.code for one in changed.lines]) == (False, ["DEL_IMPORT_CHANGED"])
    assert granted(told.seen).applied


def test_a_part_is_what_the_server_takes_in_one_call_and_a_whole_file_can_be_previewed_in_a_day():
    assert import_file.PART == imports.MAX_LINES
    assert imports.MAX_LINES * import_parts.MAX_PARTS >= import_file.MAX_LINES
    assert imports.PREVIEWED.count >= import_file.MAX_LINES
