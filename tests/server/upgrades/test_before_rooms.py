"""A database written before cabinets and last uses changed their room opens after it: same rows, same permissions.

`before_rooms.*.sql.gz` are whole databases as that version left them: forty invented entries and their cabinets, the
people of the rehearsal, and what they did through the API (grants, an invitation, a refusal, terms, an absence, a
review, a last use), with permissions on both models given to an operator and to a group.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection

from tests.postgresql import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOMS = ("firms_", "registry_", "reviews_", "delegations_", "audit_")
HELD = """
SELECT kind.app_label, kind.model, permission.codename FROM auth_permission AS permission
JOIN django_content_type AS kind ON kind.id = permission.content_type_id
WHERE permission.id IN (
    SELECT permission_id FROM accounts_account_user_permissions UNION SELECT permission_id FROM auth_group_permissions
)
"""
READ = """
import django, json; django.setup()
from datetime import date
from comptexpert_server.me.firm_page import firm_page
from comptexpert_server.registry.models import Firm
from comptexpert_server.reviews.models import Review
from comptexpert_server.reviews.serializers import review_out
review = Review.objects.get()
rights = review_out(review, today=date(2026, 11, 28)).items
page = firm_page(Firm.objects.get(pk=review.firm_id)).model_dump(mode="json")
print(json.dumps({"page": page, "used": sorted(str(right.last_used_on) for right in rights)}))
"""

SEND = """
import django; django.setup()
from comptexpert_server.mail.queue import send_mails
print(send_mails())
"""


class Before:
    """A database that the version before wrote, and the program of today on it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
        self._environment = kept | {
            "COMPTEXPERT_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings",
            "COMPTEXPERT_EMAIL_URL": (folder / "mails").as_uri(),
        }
        self.mails = folder / "mails"
        self._file = folder / "comptexpert.db"
        self._url = database_url
        if database_url:
            self._environment["COMPTEXPERT_DATABASE_URL"] = database_url
            script = gzip.decompress((HERE / "before_rooms.postgresql.sql.gz").read_bytes()).decode()
            statements = "\n".join(line for line in script.splitlines() if not line.startswith(("\\", "--")))
            with psycopg.connect(database_url) as target:
                target.execute(statements.encode())
            return
        script = gzip.decompress((HERE / "before_rooms.sqlite.sql.gz").read_bytes()).decode()
        with closing(sqlite3.connect(self._file)) as file:
            file.executescript(script)

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        if self._url:
            with psycopg.connect(self._url) as target:
                return sorted(target.execute(statement.encode()).fetchall(), key=repr)
        with closing(sqlite3.connect(self._file)) as file:
            return sorted(file.execute(statement).fetchall(), key=repr)

    def change(self, statement: str) -> None:
        with closing(psycopg.connect(self._url) if self._url else sqlite3.connect(self._file)) as target:
            if not self._url:
                target.execute("PRAGMA foreign_keys=ON")
            target.execute(statement)
            target.commit()

    def columns(self) -> dict[str, list[str]]:
        """Name the columns of each table of the rooms concerned."""
        statement = (
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            if self._url
            else "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type='table'"
        )
        found: dict[str, list[str]] = {}
        for table, column in self.rows(statement):
            if table.startswith(ROOMS):
                found.setdefault(table, []).append(column)
        return found


@dataclass(frozen=True)
class Moved:
    """A database of the version before, brought up to date, and what it held."""

    now: Before
    reading: dict[str, str]
    """What reads every column of that version, by table."""
    rows: dict[str, list[tuple[Any, ...]]]
    held: list[tuple[Any, ...]]
    queued: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    """Bring a database of the version before up to date, once for all that is looked at in it."""
    folder = tmp_path_factory.mktemp("before")
    if connection.vendor != "postgresql":
        yield brought_up_to_date(Before(folder, ""))
        return
    with cluster() as url:
        yield brought_up_to_date(Before(folder, url))


def brought_up_to_date(before: Before) -> Moved:
    quoted = {table: ", ".join(f'"{name}"' for name in names) for table, names in before.columns().items()}
    reading = {table: f"SELECT {names} FROM {table}" for table, names in quoted.items()}
    rows = {table: before.rows(statement) for table, statement in reading.items()}
    queued = before.rows('SELECT "to" FROM post_office_email WHERE status = 2')
    held = before.rows(HELD)
    before.python("-m", "comptexpert_server", "migrate")
    return Moved(before, reading, rows, held, queued)


def test_what_the_version_before_wrote_is_kept_row_by_row(moved: Moved) -> None:
    assert {"firms_firm", "reviews_lastuse", "registry_registryentry_firms"} <= set(moved.rows)
    assert all(moved.rows[table] for table in ("firms_firm", "reviews_lastuse", "firms_absence", "audit_auditevent"))
    assert {table: moved.now.rows(statement) for table, statement in moved.reading.items()} == moved.rows


def test_who_held_a_permission_still_holds_it(moved: Moved) -> None:
    assert ("firms", "firm", "change_firm") in moved.held
    rooms = {("firms", "firm"): "registry", ("reviews", "lastuse"): "delegations"}
    assert moved.now.rows(HELD) == sorted(
        ((rooms.get((room, model), room), model, code) for room, model, code in moved.held), key=repr
    )
    kinds = moved.now.rows("SELECT app_label, model FROM django_content_type WHERE model IN ('firm', 'lastuse')")
    assert kinds == [("delegations", "lastuse"), ("registry", "firm")]


def test_the_program_reads_it(moved: Moved) -> None:
    read = json.loads(moved.now.python("-c", READ))
    page = read["page"]
    assert (page["two_approvers"], page["review_on"], len(page["absences"])) == (True, "03-15", 1)
    assert [member["login_id"] for member in page["members"]] == ["nadia.ferrand"]
    assert [(review["total"], review["kept"]) for review in page["reviews"]] == [(3, 1)]
    assert [invitation["email"] for invitation in page["invitations"]] == ["nouveau@staff.example"]
    assert read["used"] == ["2026-11-20", "2026-11-20", "None"]


def test_the_mails_that_it_had_queued_leave_once(moved: Moved) -> None:
    assert len(moved.queued) == 19
    assert [int(moved.now.python("-c", SEND)) for _ in range(2)] == [19, 0]
    texts = [file.read_text("utf-8") for file in moved.now.mails.iterdir()]
    sent = [line.removeprefix("To: ") for text in texts for line in text.splitlines() if line.startswith("To: ")]
    assert sorted(sent) == sorted(address for (address,) in moved.queued)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM firms_firm WHERE id IN (SELECT firm_id FROM firms_membership)",
        "UPDATE firms_membership SET firm_id = '00000000000000000000000000000000'",
        "UPDATE audit_auditevent SET action = 'other'",
        "INSERT INTO firms_firm SELECT * FROM firms_firm",
    ],
    ids=["firm in use", "unknown firm", "register", "same firm twice"],
)
def test_what_the_database_refused_it_still_refuses(moved: Moved, statement: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        moved.now.change(statement)
