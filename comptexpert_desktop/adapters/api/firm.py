"""The calls about one cabinet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from comptexpert_desktop.adapters.api_client import Caller, read
from comptexpert_desktop.domain.firm_documents import read_firm_page

if TYPE_CHECKING:
    from comptexpert_desktop.domain.firm import FirmPage


class FirmCalls(Caller):
    """Reads a cabinet."""

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        """Give a cabinet with its people, terms and settings; for those who grant for it."""
        found = self._call("GET", f"/firms/{quote(firm_id, safe='')}", token=token)
        return read(lambda: read_firm_page(found))
