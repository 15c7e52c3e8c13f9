"""On PostgreSQL the server works under a role that changes neither tables nor lines of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection

from comptexpert_server.__main__ import main
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.operations import checks, server_role
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTGRESQL = connection.vendor == "postgresql"
ROLE = "comptexpert_service"


@pytest.fixture
def as_the_server(db: None) -> Iterator[None]:
    """Work under the server's role, which the owner prepared."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        server_role.prepare(ROLE)
        cursor.execute(f"SET ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


if POSTGRESQL:

    def test_the_server_works_under_its_role_as_under_the_owners(as_the_server: None) -> None:
        agathe, lea = desk.expert(desk.firm()), desk.staff()
        case = agathe.decide(desk.active(lea, agathe), "revoke")
        assert case.body["status"] == "REVOKED"
        register = agathe.get("/register", firm=case.body["firm"]["id"])
        assert (register.status, len(register.body["events"])) == (200, AuditEvent.objects.count())
        assert list(server_role.excesses()) == []

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_auditevent SET actor = NULL WHERE false",
            "DELETE FROM audit_auditevent WHERE false",
            "TRUNCATE audit_auditevent",
            "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_append_only ON audit_auditevent",
            "DROP TABLE audit_auditevent",
            "CREATE TABLE mine (id int)",
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "DELETE FROM django_migrations",
            "ALTER TABLE accounts_account ADD COLUMN mine int",
            "SET session_replication_role = replica",
        ],
    )
    def test_the_role_changes_no_table_and_no_line_of_the_register(as_the_server: None, statement: str) -> None:
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
            cursor.execute(f"SAVEPOINT before; {statement}")
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before")

    @pytest.mark.django_db
    def test_check_says_what_the_owner_may_beyond_the_servers_work(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "is_production", lambda: True)
        said = [one.msg for one in checks.safe_database() if one.id == "comptexpert.W011"]
        assert len(said) == 4
        assert "may change lines of the register" in " ".join(said)

    @pytest.mark.django_db
    def test_check_is_silent_about_the_servers_role(as_the_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "is_production", lambda: True)
        assert [one for one in checks.safe_database() if one.id == "comptexpert.W011"] == []


@pytest.mark.django_db
def test_a_role_that_cannot_be_prepared_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare-role", "nobody_here"]) == (1 if POSTGRESQL else 2)
    assert "Traceback" not in capsys.readouterr().err
