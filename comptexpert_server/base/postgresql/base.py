"""The connection to PostgreSQL: kept from one request to the next, and looked at before it is used again.

Django asks the server `SELECT 1` before the first query of each request. A server that went away has closed the
socket: to look at it costs no round trip. What neither shows, a network that swallows everything, ends with a fault of
the first query either way.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

UNUSABLE = frozenset({TransactionStatus.INERROR, TransactionStatus.UNKNOWN})
"""A transaction that failed, and a connection that is closed or broken."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection; only the health check is ours."""

    def is_usable(self) -> bool:
        """Tell whether the socket is open and silent, and no transaction failed on it.

        Between requests the server only speaks to say that it ends.
        """
        if self.connection is None or self.connection.info.transaction_status in UNUSABLE:
            return False
        return not select.select([self.connection.fileno()], [], [], 0)[0]
