"""The database's own refusal to change or delete a line of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = (
    "CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditevent "
    "BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
)
_SQLITE_REPLACE = (
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_auditevent WHEN EXISTS (SELECT 1 FROM audit_auditevent "
    "WHERE id = NEW.id OR rowid = NEW.rowid OR (firm_id IS NEW.firm_id AND number = NEW.number)) "
    "BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
)
"""INSERT OR REPLACE deletes without a word to the triggers of DELETE, unless the connection asks for it."""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'the register is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditevent
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
_CREATE = {
    "sqlite": (_SQLITE.format(verb="update"), _SQLITE.format(verb="delete"), _SQLITE_REPLACE),
    "postgresql": (_POSTGRESQL,),
}
_DROP = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS audit_no_{verb}" for verb in ("update", "delete", "replace")),
    "postgresql": tuple(
        f"DROP TRIGGER IF EXISTS audit_{name} ON audit_auditevent" for name in ("append_only", "no_truncate")
    ),
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Close the register; a migration that rebuilds the table must call this again on SQLite."""
    _run(connection, _DROP[connection.vendor] + _CREATE[connection.vendor])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Open the register: for the end of a test, which empties every table."""
    _run(connection, _DROP[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
