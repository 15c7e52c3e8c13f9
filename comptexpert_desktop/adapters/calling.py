"""What every part of the door to our API stands on: one request, one answer or a ServerError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from comptexpert_desktop.adapters import wire
from comptexpert_desktop.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

NOT_MODIFIED = 304
_EPOCH = "comptexpert-epoch"
_LONGEST_EPOCH = 64
SUCCESSES = range(200, 300)


class Caller:
    """A server at one address; the groups of calls inherit it."""

    def __init__(self, root: str, client: wire.Client) -> None:
        self._root = root
        self._client = client
        self._epoch = ""

    def epoch(self) -> str:
        """Tell the epoch of the server's database, as its last answer told it; empty before any."""
        return self._epoch

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
        reply = wire.exchange(self._client, method, f"{self._root}{under}{path}", headers=sent, document=document)
        self._epoch = reply.headers.get(_EPOCH, "")[:_LONGEST_EPOCH] or self._epoch
        if reply.status == NOT_MODIFIED:
            return None
        if reply.status not in SUCCESSES:
            raise wire.refusal(reply)
        return reply.json() if reply.content else {}


def read(reading: Callable[[], T]) -> T:
    """Read a document; raises UnexpectedReply when it is not the one expected."""
    try:
        return reading()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedReply(data={"missing": type(error).__name__}) from error
