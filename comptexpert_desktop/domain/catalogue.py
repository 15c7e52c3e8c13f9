"""The services of the Ordre and their rights, as the server's catalogue says (domain.md, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.periods import ZONE


@document
@dataclass(frozen=True, slots=True)
class Right:
    """A right of a service; `max_days` bounds how long it may be granted."""

    id: str
    name: str = ""
    delegable: bool = True
    risk: str = ""
    max_days: int = 0
    requires_certificate: bool = False


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A site or tool of the Ordre."""

    id: str
    name: str
    url: str = ""
    enabled: bool = True
    evidence: str = ""
    firm_scoped: bool = False
    requires_terms: bool = False
    rights: tuple[Right, ...] = ()
    profiles: dict[str, str]
    """Profile code, or kind of `other`, to `direct`, `delegation`, `open` or `none`."""


@document
@dataclass(frozen=True, slots=True)
class DateRules:
    """How the server counts days: in which zone, and how long a right lives when nobody says otherwise."""

    zone: str = ZONE
    default_days: int = 365


@document
@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every service, under the version that the server gave."""

    version: str
    services: tuple[Service, ...]
    dates: DateRules = DateRules()

    def service(self, service_id: str) -> Service | None:
        """Find a service by its code."""
        return next((service for service in self.services if service.id == service_id), None)
