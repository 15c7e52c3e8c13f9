"""The calls about one cabinet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from comptexpert_desktop.adapters.calling import Caller, read
from comptexpert_desktop.domain.firm_documents import read_firm_page

if TYPE_CHECKING:
    from comptexpert_desktop.domain.exchange import Call
    from comptexpert_desktop.domain.firm import FirmPage


class FirmCalls(Caller):
    """Reads a cabinet and changes it; every change answers the cabinet as it is now."""

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        """Give a cabinet with its people, terms and settings; for those who grant for it."""
        found = self._call("GET", f"/firms/{quote(firm_id, safe='')}", token=token)
        return read(lambda: read_firm_page(found))

    def change_firm(self, call: Call, *, token: str) -> FirmPage:
        """Send one change of a cabinet; raises Stale when it changed since it was read."""
        headers = {"Idempotency-Key": call.key}
        if call.if_match is not None:
            headers["If-Match"] = f'"{call.if_match}"'
        document = None if call.method == "DELETE" else dict(call.body)
        found = self._call(call.method, call.path, token=token, document=document, headers=headers)
        return read(lambda: read_firm_page(found))
