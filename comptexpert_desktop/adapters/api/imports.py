"""The call that grants what a table lists."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from comptexpert_desktop.adapters import http, problems
from comptexpert_desktop.adapters.api_client import SUCCESSES, Caller, read
from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.documents import items
from comptexpert_desktop.domain.import_documents import read_import
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from comptexpert_desktop.domain.importing import ImportAnswer

_TIMEOUT = 50.0
"""Seconds to wait for the first word of the answer: each line is a grant, with its mails."""
_LONG_TIMEOUT = 120.0
"""As above, for the last part of a long table; the answer to a longer wait is asked for again under the same key."""


class ImportCalls(Caller):
    """Previews a table of grants; applying it is a command."""

    def preview_import(self, table: str, *, key: str, token: str) -> ImportAnswer:
        """Tell what each line of a table would give; nothing is granted."""
        return self._send_table("/delegations/imports?dry_run=true", table=table, key=key, token=token)

    def _import_table(self, path: str, *, table: str, key: str, token: str) -> ImportAnswer:
        """Grant a table, all or nothing; what ended between two parts is sent again from the first under its key."""
        parts = import_file.in_parts(table)
        if len(parts) == 1:
            return self._send_table(path, table=table, key=key, token=token)
        digest = hashlib.sha256("".join(parts).encode()).hexdigest()
        for number, one in enumerate(parts[:-1], start=1):
            reply = self._exchange(_part(path, number, of=len(parts), digest=digest), table=one, key=key, token=token)
            if reply.status not in SUCCESSES:
                raise http.refusal(reply)
        last = _part(path, len(parts), of=len(parts), digest=digest)
        return self._send_table(last, table=parts[-1], key=key, token=token, timeout=_LONG_TIMEOUT)

    def _exchange(self, path: str, *, table: str, key: str, token: str, timeout: float = _TIMEOUT) -> http.Reply:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        url = f"{self._root}/api/v1{path}"
        return http.exchange(self._client, "POST", url, headers=headers, table=table, read_timeout=timeout)

    def _send_table(self, path: str, *, table: str, key: str, token: str, timeout: float = _TIMEOUT) -> ImportAnswer:
        reply = self._exchange(path, table=table, key=key, token=token, timeout=timeout)
        if reply.status in SUCCESSES:
            return read(lambda: read_lines(reply.json()))
        error = http.refusal(reply)
        if isinstance(error, Refused) and error.code == "DEL_IMPORT_REFUSED":
            return read(lambda: read_lines(error.data))
        raise error


def _part(path: str, number: int, *, of: int, digest: str) -> str:
    return f"{path}/parts?{urlencode({'number': number, 'of': of, 'digest': digest})}"


def read_lines(document: Any) -> ImportAnswer:  # noqa: ANN401  (parsed here)
    """Read what the server said of each line."""
    lines = [line | {"problem": problems.read(line.get("problem")) or {}} for line in items(document["lines"])]
    return read_import(document | {"lines": lines})
