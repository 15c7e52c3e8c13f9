"""The review table: filtered, sorted and paged in SQL, with what waits laid over it."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import Decide
from comptexpert_desktop.domain.delegation import Action, DelegationQuery, Role, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.store import delegations, file_opening, outbox
from comptexpert_desktop.store.account_file import PrivateFile
from comptexpert_desktop.store.database import PRIVATE, Database
from tests.fakes import FIRM, NOW, a_delegation, an_account, new_uuid

ME = an_account()
GRANTOR = DelegationQuery(role=Role.GRANTOR)


@pytest.fixture
def file(open_stores):
    return open_stores().accounts.begin(ME.account_id, login_id=ME.login_id)


def grantee(surname):
    return an_account(f"karim.{surname}", may_grant=False)


def ids(page):
    return [row.delegation.id for row in page.rows]


def read(file, query=GRANTOR, *, limit=100, offset=0):
    return delegations.page(file, query=query, limit=limit, offset=offset)


def intend(file, delegation_id, *, kind=Kind.APPROVE, status=OutboxStatus.QUEUED):
    outbox_id = new_uuid()
    outbox.add(file, Decide(delegation_id, Action(kind.value), 1), outbox_id=outbox_id, subject="s", now=NOW)
    outbox.mark(file, outbox_id=outbox_id, status=status)
    return outbox.find(file, outbox_id=outbox_id)


def test_what_waits_for_a_decision_comes_first_then_what_is_live(file):
    made = [a_delegation(status=status, delegation_id=status.value) for status in Status]
    delegations.keep(file, delegations=made)
    assert ids(read(file))[:2] == ["PENDING", "PENDING_SECOND"]
    assert set(ids(read(file))[2:5]) == {"ACTIVE", "SCHEDULED", "SUSPENDED"}
    assert read(file).total == len(Status)


def test_what_needs_the_person_comes_before_everything(file):
    delegations.keep(
        file, delegations=[a_delegation(delegation_id="a"), a_delegation(delegation_id="b", status=Status.ACTIVE)]
    )
    intend(file, "b", kind=Kind.REVOKE, status=OutboxStatus.NEEDS_YOU)
    assert ids(read(file)) == ["b", "a"]


def test_an_intent_is_laid_over_its_row_until_it_was_sent(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a")])
    entry = intend(file, "a")
    intent = read(file).rows[0].intent
    assert (intent.outbox_id, intent.action, intent.status) == (entry.id, "approve", "queued")
    outbox.mark(file, outbox_id=entry.id, status=OutboxStatus.SENT)
    assert read(file).rows[0].intent is None


def test_each_side_sees_its_own(file):
    mine = a_delegation(grantor=an_account("paul.marchand"), grantee=ME, delegation_id="mine")
    delegations.keep(file, delegations=[mine, a_delegation(delegation_id="theirs")])
    assert ids(read(file)) == ["theirs"]
    assert ids(read(file, DelegationQuery(role=Role.GRANTEE))) == ["mine"]


@pytest.mark.parametrize(
    "text", ["leroux", "LERÔUX", "karim", "aubier", "732829320", "jesign", "prepare", "prepare LEROUX"]
)
def test_the_filter_finds_people_firms_services_and_rights(file, text):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a")])
    assert ids(read(file, DelegationQuery(role=Role.GRANTOR, text=text))) == ["a"]
    assert ids(read(file, DelegationQuery(role=Role.GRANTOR, text=f"{text}zz"))) == []


def test_statuses_narrow_the_table(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a"), a_delegation(status=Status.ACTIVE)])
    query = DelegationQuery(role=Role.GRANTOR, statuses=frozenset({Status.PENDING, Status.REFUSED}))
    assert ids(read(file, query)) == ["a"]
    assert read(file, query).total == 1


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("person", ["b", "a", "c"]),
        ("service", ["c", "b", "a"]),
        ("valid_until", ["c", "a", "b"]),
        ("requested_at", ["a", "b", "c"]),
        ("firm", ["b", "c", "a"]),
    ],
)
def test_each_column_sorts_both_ways(file, sort, expected):
    until = date(2026, 12, 1)
    made = [
        a_delegation(delegation_id="a", grantee=grantee("mercier"), valid_until=until, service="z", requested_at=NOW),
        a_delegation(delegation_id="b", grantee=grantee("éluard"), valid_until=until + timedelta(1), service="y"),
        a_delegation(delegation_id="c", grantee=grantee("zola"), valid_until=None, service="b"),
    ]
    made = [made[0], *(one for one in made[1:])]
    later = [
        a_delegation(
            delegation_id=one.id,
            grantee=grantee({"a": "mercier", "b": "éluard", "c": "zola"}[one.id]),
            valid_until=one.valid_until,
            service=one.service,
            requested_at=NOW + timedelta(hours=rank),
            firm=replace(FIRM, name={"a": "Ville", "b": "Éperon", "c": "Port"}[one.id]),
        )
        for rank, one in enumerate(made)
    ]
    delegations.keep(file, delegations=later)
    assert ids(read(file, DelegationQuery(role=Role.GRANTOR, sort=sort))) == expected
    assert ids(read(file, DelegationQuery(role=Role.GRANTOR, sort=sort, descending=True))) == expected[::-1]


def test_an_unknown_order_is_the_usual_one_and_never_sql(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a")])
    assert ids(read(file, DelegationQuery(role=Role.GRANTOR, sort="id; DROP TABLE delegation"))) == ["a"]


def test_pages_follow_each_other(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id=str(rank)) for rank in range(7)])
    whole = ids(read(file))
    assert ids(read(file, limit=3)) + ids(read(file, limit=3, offset=3)) + ids(read(file, limit=3, offset=6)) == whole


def test_an_older_version_never_replaces_a_newer_one(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a", version=3, status=Status.ACTIVE)])
    delegations.keep(file, delegations=[a_delegation(delegation_id="a", version=2)])
    assert delegations.find(file, delegation_id="a").delegation.status is Status.ACTIVE


def test_what_the_server_took_away_is_gone(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id="a"), a_delegation(delegation_id="b")])
    delegations.delete(file, delegation_ids=["a"])
    assert ids(read(file)) == ["b"]
    delegations.delete_all(file)
    assert read(file).total == 0


def test_each_state_is_counted_whatever_the_states_asked_for(file):
    delegations.keep(file, delegations=[a_delegation(), a_delegation(), a_delegation(status=Status.ACTIVE)])
    query = DelegationQuery(role=Role.GRANTOR, text="leroux", statuses=frozenset({Status.ACTIVE}))
    assert delegations.count_by_status(file, query=query) == {Status.PENDING: 2, Status.ACTIVE: 1}
    assert delegations.count(file, query=query) == 1


def test_what_needs_the_person_is_on_the_first_page_and_on_no_other(file):
    delegations.keep(file, delegations=[a_delegation(delegation_id=f"{rank}") for rank in range(5)])
    intend(file, "3", status=OutboxStatus.NEEDS_YOU)
    pages = [ids(read(file, limit=2, offset=offset)) for offset in (0, 2, 4)]
    assert pages[0][0] == "3"
    assert sorted(itertools.chain(*pages)) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("sort", ["priority", "person", "service", "firm", "status", "valid_until", "requested_at"])
def test_a_page_without_words_is_read_in_the_order_of_an_index(file, sort, monkeypatch):
    delegations.keep(file, delegations=[a_delegation()])
    asked = []
    rows = file.database.rows
    monkeypatch.setattr(file.database, "rows", lambda sql, named=None: asked.append((sql, named)) or rows(sql, named))
    read(file, DelegationQuery(role=Role.GRANTOR, sort=sort, statuses=frozenset({Status.PENDING})))
    pages = [(sql, named) for sql, named in asked if "LIMIT" in sql]
    assert len(pages) == 1
    plan = "\n".join(row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {pages[0][0]}", pages[0][1]))
    assert "COVERING INDEX delegation_by_" in plan
    assert "TEMP B-TREE" not in plan


def test_the_lines_of_an_older_file_are_still_there_and_found(tmp_path, monkeypatch):
    scripts = file_opening._read_migrations("private")
    monkeypatch.setattr(file_opening, "_read_migrations", lambda folder: scripts[:2])
    monkeypatch.setattr(file_opening, "_read", lambda name: "")
    older = Database(tmp_path / "file.db", layout=PRIVATE)
    document = json.dumps(codec.write(a_delegation(delegation_id="a", version=4)))
    older.execute(
        "INSERT INTO delegation VALUES ('a', 'grantor', 'PENDING', 0, 'leroux karim', 'jesignexpert', '', '2026',"
        " 'leroux karim', :document)",
        {"document": document},
    )
    older.close()
    monkeypatch.undo()
    newer = PrivateFile(tmp_path / "file.db", account="me", cipher=VaultError())
    assert ids(read(newer, DelegationQuery(role=Role.GRANTOR, text="leroux", sort="firm"))) == ["a"]
    delegations.keep(newer, delegations=[a_delegation(delegation_id="a", version=3, status=Status.ACTIVE)])
    assert read(newer).rows[0].delegation.status is Status.PENDING
    newer.close()


@pytest.mark.parametrize("sort", ["priority", "person", "valid_until"])
def test_every_line_is_named_once_and_read_in_order_whatever_changes(file, sort):
    delegations.keep(file, delegations=[a_delegation(delegation_id=f"{rank}") for rank in range(4)])
    intend(file, "2", status=OutboxStatus.NEEDS_YOU)
    query = DelegationQuery(role=Role.GRANTOR, sort=sort)
    numbers = delegations.numbers(file, query=query)
    shown = delegations.page(file, query=query, limit=100, offset=0).rows
    assert delegations.lines(file, numbers=numbers) == shown
    delegations.delete(file, delegation_ids=[shown[0].delegation.id])
    assert delegations.lines(file, numbers=numbers) == shown[1:]
