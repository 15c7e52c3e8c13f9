"""The call that grants what a table lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.adapters import http, problems
from comptexpert_desktop.adapters.api_client import SUCCESSES, Caller, read
from comptexpert_desktop.domain.documents import items
from comptexpert_desktop.domain.import_documents import read_import
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from comptexpert_desktop.domain.importing import ImportAnswer

_TIMEOUT = 50.0
"""Seconds to wait for the first word of the answer: each line is a grant, with its mails."""


class ImportCalls(Caller):
    """Previews a table of grants; applying it is a command."""

    def preview_import(self, table: str, *, key: str, token: str) -> ImportAnswer:
        """Tell what each line of a table would give; nothing is granted."""
        return self._send_table("/delegations/imports?dry_run=true", table=table, key=key, token=token)

    def _send_table(self, path: str, *, table: str, key: str, token: str) -> ImportAnswer:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        url = f"{self._root}/api/v1{path}"
        reply = http.exchange(self._client, "POST", url, headers=headers, table=table, read_timeout=_TIMEOUT)
        if reply.status in SUCCESSES:
            return read(lambda: read_lines(reply.json()))
        error = http.refusal(reply)
        if isinstance(error, Refused) and error.code == "DEL_IMPORT_REFUSED":
            return read(lambda: read_lines(error.data))
        raise error


def read_lines(document: Any) -> ImportAnswer:  # noqa: ANN401  (parsed here)
    """Read what the server said of each line."""
    lines = [line | {"problem": problems.read(line.get("problem")) or {}} for line in items(document["lines"])]
    return read_import(document | {"lines": lines})
