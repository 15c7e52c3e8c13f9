"""What every part of the gateway to our API stands on: one request, one answer or a ServerError."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from comptexpert_desktop.adapters import http
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

NOT_MODIFIED = 304
_EPOCH = "comptexpert-epoch"
_MAX_EPOCH = 64
SUCCESSES = range(200, 300)


class Caller:
    """A server at one address; the groups of calls inherit it."""

    def __init__(self, root: str, client: http.Client) -> None:
        self._root = root
        self._client = client
        self._epoch = ""
        self._dated: tuple[datetime, float] | None = None
        self._poll_after: float | None = None

    def epoch(self) -> str:
        """Tell the epoch of the server's database, as its last answer told it; empty before any."""
        return self._epoch

    def date(self) -> datetime | None:
        """Return the time of the server: its last answer, and what a clock that nobody sets counted since."""
        if self._dated is None:
            return None
        said, heard_at = self._dated
        return said + timedelta(seconds=time.monotonic() - heard_at)

    def poll_after(self) -> float | None:
        """Return in how many seconds the server asks for the next synchronisation; None before it said."""
        return self._poll_after

    def _call(
        self,
        method: str,
        path: str,
        *,
        under: str = "/api/v1",
        token: str = "",
        document: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401  (parsed by the callers, at the border)
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        reply = http.exchange(self._client, method, f"{self._root}{under}{path}", headers=sent, document=document)
        self._epoch = reply.headers.get(_EPOCH, "")[:_MAX_EPOCH] or self._epoch
        if reply.headers.get(_EPOCH):  # of our server, and not of a gateway before it
            self._dated = _date_of(reply.headers.get("date", "")) or self._dated
        if reply.status != NOT_MODIFIED and reply.status not in SUCCESSES:
            raise http.refusal(reply)
        self._poll_after = http.retry_after(reply).get("retry_after", self._poll_after)
        if reply.status == NOT_MODIFIED:
            return None
        return reply.json() if reply.content else {}


def _date_of(header: str) -> tuple[datetime, float] | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC), time.monotonic()
    except (ValueError, OverflowError):
        return None


def read(reading: Callable[[], T]) -> T:
    """Read a document; raises UnexpectedReply when it is not the one expected."""
    try:
        return reading()
    except MALFORMED as error:
        raise UnexpectedReply(data={"missing": type(error).__name__}) from error
