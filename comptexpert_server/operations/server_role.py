"""The role of the server on PostgreSQL: it reads and writes rows, and changes neither tables nor the register.

Two roles: the owner of the database migrates, the server works. What the register refuses by its triggers, this role
lacks the right to, and it cannot take the triggers away.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE CREATE ON SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit_auditevent FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {role}",
)
_EXCESSES = {
    "is a superuser": "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
    "may create tables": "SELECT has_schema_privilege(current_user, 'public', 'CREATE')",
    "owns the register": (
        "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'audit_auditevent'::regclass"
    ),
    "may change lines of the register": (
        "SELECT has_table_privilege(current_user, 'audit_auditevent', 'UPDATE, DELETE, TRUNCATE')"
    ),
}


def excesses() -> Iterator[str]:
    """Say what the role of this connection may do beyond the server's work."""
    with connection.cursor() as cursor:
        for said, question in _EXCESSES.items():
            cursor.execute(question)
            if cursor.fetchone()[0]:
                yield said


def prepare(role: str) -> None:
    """Give a role what the server needs and nothing more; run by the owner, again after it migrated."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        for statement in _GRANTS:
            cursor.execute(statement.format(role=name))


def prepare_role(asked: argparse.Namespace) -> int:
    """Give a role of PostgreSQL the server's rights, and say when this cannot be."""
    if connection.vendor != "postgresql":
        sys.stderr.write("comptexpert-server: SQLite has no roles\n")
        return 2
    try:
        prepare(asked.role)
    except DatabaseError as fault:
        sys.stderr.write(f"comptexpert-server: the role was not prepared: {type(fault).__name__}\n")
        return 1
    return 0
