"""The services of the Ordre and their rights: versioned data, read once (domain.md, section 4)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

HIGH_RISK = "high"


@dataclass(frozen=True, kw_only=True)
class Right:
    """A right of a service; `max_days` bounds how long it may be granted (BR-10)."""

    id: str
    name: str
    delegable: bool
    risk: str
    max_days: int
    requires_certificate: bool


@dataclass(frozen=True, kw_only=True)
class Service:
    """A site or tool of the Ordre; `profiles` says who opens it, and how."""

    id: str
    name: str
    url: str
    enabled: bool
    evidence: str
    firm_scoped: bool
    requires_terms: bool
    rights: tuple[Right, ...]
    profiles: dict[str, str]

    def right(self, right_id: str) -> Right | None:
        """Find a right by its code."""
        return next((right for right in self.rights if right.id == right_id), None)

    def access_for(self, *, profile: str, kind: str) -> str:
        """Tell how a profile, or a kind of the profile `other`, opens this service."""
        return self.profiles.get((kind or "unspecified") if profile == "other" else profile, "none")


@dataclass(frozen=True, kw_only=True)
class DateRules:
    """How days are counted: in which zone, and how long a right lives when nobody says otherwise (BR-10)."""

    zone: str
    default_days: int


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Every service, with the text that clients keep and the tag of that text."""

    version: str
    services: tuple[Service, ...]
    dates: DateRules
    text: str
    tag: str

    def service(self, service_id: str) -> Service | None:
        """Find a service by its code."""
        return next((service for service in self.services if service.id == service_id), None)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Give the catalogue of this release."""
    return read(files("comptexpert_server.catalogue").joinpath("catalogue.json").read_text("utf-8"))


def read(text: str) -> Catalogue:
    """Read a catalogue; raise when a member is missing or unknown."""
    data = json.loads(text)
    services = tuple(
        Service(**{**service, "rights": tuple(Right(**right) for right in service["rights"])})
        for service in data["services"]
    )
    canonical = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    tag = f'"{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"'
    dates = DateRules(**data["dates"])
    return Catalogue(version=data["version"], services=services, dates=dates, text=canonical, tag=tag)
