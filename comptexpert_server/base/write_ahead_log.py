"""SQLite's write-ahead log: what was deleted from the tables stands in it until it is emptied."""

from __future__ import annotations

from django.db import connection


def empty() -> bool:
    """Write the log back into the file and cut it to nothing; false where there is none, or while a reader holds it.

    With `secure_delete`, no byte of what was deleted is then left in either file.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_held, _pages, _written = cursor.fetchone()
    return not is_held
