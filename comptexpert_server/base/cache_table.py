"""The cache in a table: Django counts all of it at each write, and deletes nothing before it is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime


def delete_expired(now: datetime) -> int:
    """Delete the entries that count for nothing any more, addresses among them; return their number."""
    if not isinstance(caches["default"], DatabaseCache):
        return 0  # redis deletes by itself
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - the table's name is a setting of ours
            [connection.ops.adapt_datetimefield_value(now)],
        )
        return int(cursor.rowcount)
