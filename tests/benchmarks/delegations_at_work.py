"""One database of delegations, asked by name: what `server_delegations` starts twice, small and large.

Each line of the standard input is `[operation, number]`; each answer is the seconds that the request took through the
API, in this process. The operation `plans` answers with the big tables that a statement of these operations would read
from end to end.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.registry.models import Firm, RegistryEntry
from tests.server import desk
from tests.server.visitor import PASSWORD, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

BIG = 5_000
"""A table with more rows than this is never to be read from end to end."""
A_FIRM = 100
"""Delegations a firm: 20 collaborateurs, 2 experts-comptables, 5 services; as many entries, and 30 accounts."""
LETTERS = "'0123456789', 'ghijklmnop'"
"""Spells a digest in letters alone, for surnames that nobody repeats."""
LAYING = """
INSERT INTO firms_firm (id, siren, name, two_approvers, review_on, templates, version, is_agc)
SELECT md5('firm' || f)::uuid, lpad(f::text, 9, '0'), 'Cabinet ' || f, false, '', '[]', 1, false
FROM generate_series(1, {firms}) AS f;
INSERT INTO registry_registryentry (id, registration_number, surname, given_name, date_of_birth, birth_precision, email,
    list, status, council, town, postal_code, changed_at)
SELECT md5('expert' || f || '-' || k)::uuid, lpad((f * 100 + k)::text, 12, '0'),
    initcap(left(translate(md5('name' || f || '-' || k), {letters}), 9)), 'Claire', '1975-03-02', 'day',
    'e' || f || '-' || k || '@cabinet.example', 'expert_comptable', 'active', 'bretagne', 'Rennes', '35000',
    now() - interval '1 day'
FROM generate_series(1, {firms}) AS f, generate_series(0, {last}) AS k;
INSERT INTO registry_entrykey (entry_id, tier, key, list)
SELECT id, 0, lower(surname) || ' claire', list FROM registry_registryentry;
INSERT INTO registry_registryentry_firms (registryentry_id, firm_id)
SELECT md5('expert' || f || '-' || k)::uuid, md5('firm' || f)::uuid
FROM generate_series(1, {firms}) AS f, generate_series(0, 1) AS k;
INSERT INTO accounts_account (id, password, is_superuser, login_id, email, said_given_name, said_surname, said_profile,
    kind, entry_id, weekly_mails, is_active, is_staff, council, created_at, activated_at)
SELECT md5('account-expert' || f || '-' || k)::uuid, '!', false, 'expert' || f || '-' || k,
    'e' || f || '-' || k || '@cabinet.example', '', '', 'expert_comptable', '',
    md5('expert' || f || '-' || k)::uuid, false, true, false, '', now(), now()
FROM generate_series(1, {firms}) AS f, generate_series(0, 9) AS k
UNION ALL
SELECT md5('staff' || f || '-' || k)::uuid, '!', false, 'staff' || f || '-' || k,
    's' || f || '-' || k || '@cabinet.example', 'Nadia', 'Lecœur' || k, 'other', 'firm_staff', NULL, false, true, false,
    '', now(), now()
FROM generate_series(1, {firms}) AS f, generate_series(0, 19) AS k;
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT id, email, true, true FROM accounts_account;
INSERT INTO firms_membership (firm_id, account_id, since)
SELECT md5('firm' || f)::uuid, md5('staff' || f || '-' || k)::uuid, now()
FROM generate_series(1, {firms}) AS f, generate_series(0, 19) AS k;
INSERT INTO delegations_delegation (id, version, firm_id, service, rights, grantor_id, grantee_id, invited_email, origin,
    reason, decision_note, valid_from, valid_until, status, requested_at, decided_at, ended_at, end_cause, sequence)
SELECT md5('delegation' || f || '-' || i)::uuid, 1, md5('firm' || f)::uuid,
    (ARRAY['bibliordre', 'bibliobase', 'network', 'rfc', 'jefacture'])[1 + i / 20], '["access"]',
    md5('expert' || f || '-' || i % 2)::uuid, md5('staff' || f || '-' || i % 20)::uuid, '', 'request',
    'Suivi du dossier de la saison', '', current_date, current_date + 300,
    CASE WHEN i % 10 < 2 THEN 'PENDING' WHEN i % 10 < 8 THEN 'ACTIVE' ELSE 'EXPIRED' END, now(), now(),
    CASE WHEN i % 10 >= 8 THEN now() END, '', i * {firms} + f
FROM generate_series(1, {firms}) AS f, generate_series(0, {last}) AS i;
INSERT INTO delegations_synccounter (id, value) VALUES (1, {firms} * {a_firm} + 1)
ON CONFLICT (id) DO UPDATE SET value = excluded.value;
"""


def lay(delegations: int) -> None:
    """Fill an empty database with firms of a hundred delegations each."""
    firms = delegations // A_FIRM
    with connection.cursor() as cursor:
        cursor.execute(
            LAYING.format(firms=firms, last=A_FIRM - 1, a_firm=A_FIRM, letters=LETTERS).replace("%", "%%"), []
        )
        cursor.execute("VACUUM ANALYZE")


class AtWork:
    """The people of one database, each at his desk, and what they ask."""

    def __init__(self, delegations: int) -> None:
        self.firms = delegations // A_FIRM
        self._desks: dict[str, desk.Desk] = {}
        self._cursors: dict[str, str] = {}
        self._password = make_password(PASSWORD)
        self.operations: dict[str, Callable[[int], float]] = {
            "list": lambda number: self._get(number, "/delegations"),
            "list of what waits": lambda number: self._get(number, "/delegations", status="PENDING"),
            "search": lambda number: self._get(number, "/delegations", q="lecoeur7 rfc"),
            "own list": lambda number: self._own(number, "/delegations", role="grantee"),
            "approve": self._approve,
            "sync": self._sync,
            "sync, nothing new": self._sync_again,
            "sync, from nothing": lambda number: self._get(number, "/sync"),
            "me": lambda number: self._timed(self._expert(number), "/me"),
            "registry search": self._search,
            "sign-in": self._sign_in,
            "ask": self._ask,
        }

    def answer(self, operation: str, number: int) -> Any:
        """Time one operation of one person, or read the plans of them all."""
        return self._plans(number) if operation == "plans" else self.operations[operation](number)

    def _get(self, number: int, path: str, **query: object) -> float:
        return self._timed(self._expert(number), path, **query)

    def _own(self, number: int, path: str, **query: object) -> float:
        return self._timed(self._at(f"staff{self._firm(number)}-{number % 20}"), path, **query)

    @staticmethod
    def _timed(person: desk.Desk, path: str, *, status_code: int = 200, **query: object) -> float:
        began = time.perf_counter()
        answer = person.get(path, **query)
        spent = time.perf_counter() - began
        assert answer.status == status_code, answer.body
        told = () if status_code == 304 else ("items", "delegations", "account")
        assert not told or any(answer.body.get(name) for name in told), f"an empty answer: {answer.body}"
        return spent

    def _approve(self, number: int) -> float:
        expert = self._expert(number)
        waiting = Delegation.objects.filter(firm__siren=f"{self._firm(number):09}", status=Status.PENDING)
        found = waiting.filter(grantor=expert.account.entry_id).first()
        assert found is not None, "nothing waits any more"
        began = time.perf_counter()
        answer = expert.decide({"id": str(found.pk), "version": found.version}, "approve")
        spent = time.perf_counter() - began
        assert answer.status == 200, answer.body
        return spent

    def _search(self, number: int) -> float:
        """Type the beginning of the name of somebody of the firm."""
        surname = RegistryEntry.objects.get(registration_number=f"{self._firm(number) * A_FIRM + 50:012}").surname
        body = {"q": surname[:4], "profile": "expert_comptable", "limit": 20}
        began = time.perf_counter()
        answer = desk.anonymous().post("/registry/search", body)
        spent = time.perf_counter() - began
        assert answer.status == 200, answer.body
        assert answer.body["items"], "nobody was found"
        return spent

    def _sign_in(self, number: int) -> float:
        name = f"staff{self._firm(number)}-{number % 20}"
        Account.objects.filter(login_id=name).update(password=self._password)
        visitor = Visitor()
        began = time.perf_counter()
        answer = visitor.sign_in(name)
        spent = time.perf_counter() - began
        assert answer.status_code == 302, answer.content
        return spent

    def _ask(self, number: int) -> float:
        """Ask for a right that nobody has, and take that back outside the time."""
        person = self._at(f"staff{self._firm(number)}-{number % 20}")
        grantor = self._expert(number).account.entry
        assert grantor is not None
        firm = str(Firm.objects.get(siren=f"{self._firm(number):09}").pk)
        began = time.perf_counter()
        answer = person.ask(grantor, firm=firm, service="jesignexpert", rights=["prepare"])
        spent = time.perf_counter() - began
        assert answer.status == 201, answer.body
        assert person.decide(answer.body, "withdraw").status == 200
        return spent

    def _sync(self, number: int) -> float:
        """Approve one, then time what the other expert-comptable of the firm learns."""
        other = self._expert(number + 1 - 2 * (number % 2))
        cursor = other.get("/sync").body["cursor"]
        self._approve(number)
        return self._timed(other, "/sync", cursor=cursor)

    def _sync_again(self, number: int) -> float:
        expert = self._expert(number)
        name = expert.account.login_id
        self._cursors[name] = self._cursors.get(name) or expert.get("/sync").body["cursor"]
        return self._timed(expert, "/sync", status_code=304, cursor=self._cursors[name])

    def _firm(self, number: int) -> int:
        return 1 + number // 2 * 7919 % self.firms

    def _expert(self, number: int) -> desk.Desk:
        return self._at(f"expert{self._firm(number)}-{number % 2}")

    def _at(self, login_id: str) -> desk.Desk:
        if login_id not in self._desks:
            self._desks[login_id] = desk.Desk(Account.objects.get(login_id=login_id), token=self._token(login_id))
        return self._desks[login_id]

    @staticmethod
    def _token(login_id: str) -> str:
        return desk.mint(Account.objects.get(login_id=login_id), minutes=600)

    def _plans(self, number: int) -> dict[str, list[str]]:
        """Give, by operation, the statements whose plan reads a big table from end to end."""
        big = self._big_tables()
        found: dict[str, list[str]] = {}
        for name, operation in self.operations.items():
            seen: list[tuple[str, Any]] = []
            with connection.execute_wrapper(_keeping(seen)):
                operation(number)
            scans = [f"{table}: {sql[:300]}" for sql, given in seen for table in _scanned(sql, given) if table in big]
            found[f"{name} ({len(seen)} statements)"] = scans
        return found

    @staticmethod
    def _big_tables() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [BIG])
            return {row[0] for row in cursor.fetchall()}


def _keeping(seen: list[tuple[str, Any]]) -> Callable[..., Any]:
    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(None, 1)[0] in {"SELECT", "UPDATE", "DELETE"} and not many:
            seen.append((sql, params))
        return execute(sql, params, many, context)

    return keep


def _scanned(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    return list(_scans((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))


def _scans(node: dict[str, Any]) -> list[str]:
    below = [table for child in node.get("Plans", []) for table in _scans(child)]
    return [*([node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []), *below]


def answer_until_the_end(delegations: int) -> None:
    """Lay the rows, say so, and answer until the input ends."""
    lay(delegations)
    work = AtWork(delegations)
    print("ready", flush=True)
    for line in sys.stdin:
        operation, number = json.loads(line)
        print(json.dumps(work.answer(operation, number)), flush=True)
