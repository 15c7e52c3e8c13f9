"""The connection to PostgreSQL: kept, looked at before it is used again, with statements that the server keeps too.

Django asks the server `SELECT 1` before the first query of each request. A server that went away has closed the
socket: to look at it costs no round trip. What neither shows, a network that swallows everything, ends with a fault of
the first query either way.

Django writes the values of a query into its text, so that the server reads and plans it anew each time. A query whose
text never changes is sent with its values apart, and is prepared once it has come a few times.
"""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any, cast

from django.db.backends.postgresql import base, operations
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

PREPARE_THRESHOLD = 3
"""Times that a statement comes on a connection before the server keeps it."""
MAX_PREPARED = 200
"""Statements that the server keeps for one connection."""
_ServerBound: Any = base.ServerBindingCursor
UNUSABLE = frozenset({TransactionStatus.INERROR, TransactionStatus.UNKNOWN})
"""A transaction that failed, and a connection that is closed or broken."""


class DatabaseOperations(operations.DatabaseOperations):
    """Django's operations; what was asked is known of a kept statement too."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:  # noqa: ANN401 - as Django's
        """Return the statement as it was sent, without its values where they travelled apart."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection; the health check is ours, and the cursor of statements that are kept."""

    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django's
        """Open a connection that prepares what comes often."""
        made = super().get_new_connection(conn_params | {"prepare_threshold": PREPARE_THRESHOLD})
        made.prepared_max = MAX_PREPARED
        return made

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor for statements whose text never changes: their values travel apart."""
        self.ensure_connection()
        django = cast("Any", self)
        made: CursorWrapper = django._prepare_cursor(_ServerBound(self.connection))  # noqa: SLF001 - counts, and wraps its errors
        return made

    def is_usable(self) -> bool:
        """Tell whether the socket is open and silent, and no transaction failed on it.

        Between requests the server only speaks to say that it ends.
        """
        if self.connection is None or self.connection.info.transaction_status in UNUSABLE:
            return False
        return not select.select([self.connection.fileno()], [], [], 0)[0]
