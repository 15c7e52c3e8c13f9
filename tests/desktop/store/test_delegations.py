"""The review table: filtered, sorted and paged in SQL, with what waits laid over it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.delegation import DelegationQuery, Role, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus, Write
from comptexpert_desktop.store import delegations, outbox
from tests.fakes import NOW, a_delegation, an_account, new_uuid

ME = an_account()
GRANTOR = DelegationQuery(role=Role.GRANTOR)


@pytest.fixture
def file(open_stores):
    return open_stores().begin_account(ME.account_id, login_id=ME.login_id)


def grantee(surname):
    return an_account(f"karim.{surname}", may_grant=False)


def ids(page):
    return [row.delegation.id for row in page.rows]


def read(file, query=GRANTOR, *, limit=100, offset=0):
    return delegations.page(file, query=query, limit=limit, offset=offset)


def intend(file, delegation_id, *, kind=Kind.APPROVE, status=OutboxStatus.QUEUED):
    entry = OutboxEntry(OutboxId(new_uuid()), kind, "", "s", delegation_id, NOW, status, "", 0, NOW)
    outbox.add(file, entry=entry, write=Write("POST", "/x", {}, 1))
    return entry


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


@pytest.mark.parametrize("text", ["leroux", "LERÔUX", "karim", "aubier", "732829320", "jesign", "prepare"])
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
    delegations.forget(file, delegation_ids=["a"])
    assert ids(read(file)) == ["b"]
    delegations.forget_all(file)
    assert read(file).total == 0
