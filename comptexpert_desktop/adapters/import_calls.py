"""The call that grants what a table lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.adapters import wire
from comptexpert_desktop.adapters.calling import SUCCESSES, Caller, read
from comptexpert_desktop.domain.import_documents import read_import
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from comptexpert_desktop.domain.importing import ImportAnswer

_PATIENCE = 50.0
"""Seconds to wait for the first word of the answer: each line is a grant, with its mails."""


class ImportCalls(Caller):
    """Previews or applies a table of grants."""

    def import_grants(self, table: str, *, dry_run: bool, key: str, token: str) -> ImportAnswer:
        """Tell what each line gives; without `dry_run`, grant them all, or none when one is refused."""
        url = f"{self._root}/api/v1/delegations/imports{'?dry_run=true' if dry_run else ''}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        reply = wire.exchange(self._client, "POST", url, headers=headers, table=table, patience=_PATIENCE)
        if reply.status in SUCCESSES:
            return read(lambda: read_import(reply.json()))
        error = wire.refusal(reply)
        if isinstance(error, Refused) and error.code == "DEL_IMPORT_REFUSED":
            return read(lambda: read_import(error.data))
        raise error
