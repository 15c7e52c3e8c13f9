"""The services of the Ordre and their rights, as the server's catalogue says (domain.md, section 4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Right:
    """A right of a service; `max_days` bounds how long it may be granted."""

    id: str
    name: str
    delegable: bool
    risk: str
    max_days: int
    requires_certificate: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A site or tool of the Ordre."""

    id: str
    name: str
    url: str
    enabled: bool
    evidence: str
    firm_scoped: bool
    requires_terms: bool
    rights: tuple[Right, ...]
    profiles: dict[str, str]
    """Profile code, or kind of `other`, to `direct`, `delegation`, `open` or `none`."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every service, under the version that the server gave."""

    version: str
    services: tuple[Service, ...]

    def service(self, service_id: str) -> Service | None:
        """Find a service by its code."""
        return next((service for service in self.services if service.id == service_id), None)
