"""The calls that find people of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from comptexpert_desktop.adapters.api_client import Caller, read
from comptexpert_desktop.domain.documents import items, read_entry, read_firm
from comptexpert_desktop.domain.registry import FirmGrantor

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.registry import RegistryEntry


class RegistryCalls(Caller):
    """Searches, look-ups, and the firms of an entry."""

    def search(self, text: str, *, profile: Profile, limit: int) -> tuple[RegistryEntry, ...]:
        """Search a list of the registry by name."""
        return self._search(text, profile=profile.value, limit=limit)

    def search_grantors(self, text: str, *, limit: int) -> tuple[RegistryEntry, ...]:
        """Search everybody who may be asked for a right by name."""
        return self._search(text, profile="grantor", limit=limit)

    def _search(self, text: str, *, profile: str, limit: int) -> tuple[RegistryEntry, ...]:
        body = {"q": text, "profile": profile, "limit": limit}
        found = self._call("POST", "/registry/search", document=body)
        return read(lambda: tuple(read_entry(item) for item in items(found["items"])))

    def lookup(self, registration_number: str, *, profile: Profile) -> RegistryEntry:
        """Find an entry by its number; raises `Refused` with REG_NUMBER_UNKNOWN."""
        body = {"registration_number": registration_number, "profile": profile.value}
        found = self._call("POST", "/registry/lookup", document=body)
        return read(lambda: read_entry(found))

    def grantors(self, *, token: str) -> tuple[FirmGrantor, ...]:
        """List those who grant for the cabinets of whoever is signed in."""
        found = self._call("GET", "/me/grantors", token=token)
        return read(
            lambda: tuple(FirmGrantor(read_entry(item), read_firm(item["firm"]).name) for item in items(found["items"]))
        )

    def entry_firms(self, entry_id: str, *, token: str) -> tuple[Firm, ...]:
        """Tell the firms of a registry entry."""
        found = self._call("GET", f"/registry/entries/{quote(entry_id, safe='')}", token=token)
        return read(lambda: tuple(read_firm(firm) for firm in items(found["firms"])))
