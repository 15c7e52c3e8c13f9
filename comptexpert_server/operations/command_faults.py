"""What a person reads when a command cannot do its work: one line that says what to do, in the place of a traceback."""

from __future__ import annotations

from django.core.management import CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.db.migrations.exceptions import InconsistentMigrationHistory, NodeNotFoundError

NO_TABLE = ("no such table", "does not exist")
NOT_ALLOWED = ("permission denied", "must be owner", "attempt to write a readonly")
MAX_LETTERS = 200


def worded(fault: Exception) -> str:
    """Word a fault that those who run the server can mend; empty for one of ours, which keeps its traceback."""
    said = " ".join(str(fault).split())[:MAX_LETTERS]
    if isinstance(fault, CommandError):
        return said
    if isinstance(fault, InconsistentMigrationHistory | NodeNotFoundError):
        return f"the database is of another version of the program ({said}): install that version, or restore a backup"
    if isinstance(fault, PermissionError):
        return (
            f"{fault.filename or 'a file'} may not be read or written: look at its owner, and at COMPTEXPERT_DATA_DIR"
        )
    return _of_database(fault, said) if isinstance(fault, DatabaseError) else ""


def _of_database(fault: DatabaseError, said: str) -> str:
    if any(word in said for word in NOT_ALLOWED):
        return f"the role or the file of the database does not allow it ({said}): work under the role that owns it"
    if isinstance(fault, OperationalError | ProgrammingError) and any(word in said for word in NO_TABLE):
        is_server = "database" in said or "role" in said
        return f"{said}: create it, see COMPTEXPERT_DATABASE_URL" if is_server else _behind(said)
    if isinstance(fault, OperationalError):
        return f"the database does not answer ({said}): see COMPTEXPERT_DATABASE_URL"
    return f"the database cannot be read ({said})" if type(fault) is DatabaseError else ""


def _behind(said: str) -> str:
    return f"the database is empty or behind ({said}): run `comptexpert-server migrate` first"
