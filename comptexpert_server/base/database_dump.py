"""A database as one file and back: the online copy of SQLite, the own tools of PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from comptexpert_server.base.durable_folder import make_folder

EMPTY = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN
        SELECT format('DROP %s IF EXISTS %I.%I CASCADE', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN
            'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, nspname, relname) AS command
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm', 'S')
            AND NOT EXISTS (
                SELECT 1 FROM pg_depend
                WHERE objid = pg_class.oid AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i'))
            )
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', pg_proc.oid::regprocedure)
        FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname = current_schema()
            AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE thing.command;
    END LOOP;
END $$;
"""
"""Removes what the present version made, tables that the backup does not know included; extensions stay."""


class ToolError(Exception):
    """A tool of the database is absent or failed; its text says which and why."""


def dump(target: Path) -> None:
    """Copy the database as it is at one moment, while it is in use."""
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    target.touch(mode=0o600)
    with closing(sqlite3.connect(_sqlite_file())) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def load(source: Path) -> None:
    """Put a copy in the place of the database, all of it or nothing."""
    connection.close()
    if connection.vendor == "postgresql":
        script = source.with_suffix(".sql")
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source), connects=False)
        empty = source.with_name("empty.sql")
        empty.write_text(EMPTY, "utf-8")
        _run(
            "psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "-f", empty, "-f", script
        )
        return
    target = _sqlite_file()
    make_folder(target.parent)
    with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(target, timeout=60)) as place:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise ToolError("the copy of the database is damaged")
        copy.backup(
            place
        )  # into the open file: a server that runs meanwhile sees the copy, and never the file of before
    target.chmod(0o600)


def _sqlite_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _run(program: str, *arguments: str | Path, connects: bool = True) -> None:
    """Run a tool of PostgreSQL; the password travels in its environment, never on its command line."""
    found = shutil.which(program)
    if found is None:
        raise ToolError(f"{program} is not installed: install the client of PostgreSQL (postgresql-client)")
    done = subprocess.run(  # noqa: S603 - a tool found on the path, with arguments of ours
        [found, *map(str, arguments)],
        env=os.environ | (_connection_variables() if connects else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolError(f"{program} failed: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else ''}")


def _connection_variables() -> dict[str, str]:
    """Give the connection of the settings in the variables that the tools read."""
    parameters = connection.get_connection_params()
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
    }
    return {variable: str(parameters[name]) for name, variable in names.items() if parameters.get(name)}
