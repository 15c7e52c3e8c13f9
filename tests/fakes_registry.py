"""The part of the fake server that finds people of the registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.profile import GRANTING_PROFILES
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.registry import RegistryEntry


@dataclass
class RegistryFake:
    """Finds people by the beginning of their surname, or by their whole number."""

    people: list[RegistryEntry] = field(default_factory=list)

    if TYPE_CHECKING:

        def _called(self, name: str) -> None: ...

    def search(self, text: str, *, profile: Profile, limit: int) -> tuple[RegistryEntry, ...]:
        return self._found(text, lists=[profile], limit=limit)

    def search_grantors(self, text: str, *, limit: int) -> tuple[RegistryEntry, ...]:
        return self._found(text, lists=GRANTING_PROFILES, limit=limit)

    def lookup(self, registration_number: str, *, profile: Profile) -> RegistryEntry:
        self._called("lookup")
        for one in self.people:
            if one.registration_number == registration_number:
                return one
        raise Refused("REG_NUMBER_UNKNOWN")

    def _found(self, text: str, *, lists: Collection[str], limit: int) -> tuple[RegistryEntry, ...]:
        self._called("search")
        start = text.casefold()
        found = [one for one in self.people if one.surname.casefold().startswith(start) and one.list in lists]
        return tuple(one._replace(registration_number="") for one in found[:limit])  # answers hold no number
