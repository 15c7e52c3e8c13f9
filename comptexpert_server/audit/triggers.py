"""The database's own refusal to change or delete a line of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = (
    "CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditevent "
    "BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END"
)
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'the register is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
"""
_CREATE = {
    "sqlite": (_SQLITE.format(verb="update"), _SQLITE.format(verb="delete")),
    "postgresql": (_POSTGRESQL,),
}
_DROP = {
    "sqlite": ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"),
    "postgresql": ("DROP TRIGGER IF EXISTS audit_append_only ON audit_auditevent",),
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
