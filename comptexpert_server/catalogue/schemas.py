"""The catalogue as the API tells it."""

from __future__ import annotations

from typing import Literal

from ninja import Schema


class RightOut(Schema):
    """A right of a service."""

    id: str
    name: str
    delegable: bool
    risk: Literal["low", "medium", "high"]
    max_days: int
    requires_certificate: bool


class ServiceOut(Schema):
    """A site or tool of the Ordre."""

    id: str
    name: str
    url: str
    enabled: bool
    evidence: str
    firm_scoped: bool
    requires_terms: bool
    rights: list[RightOut]
    profiles: dict[str, Literal["direct", "delegation", "open", "none"]]


class DatesOut(Schema):
    """How days are counted; clients that know no other zone than this one count as the server does."""

    zone: str
    default_days: int


class CatalogueOut(Schema):
    """Every service; the ETag changes with the data."""

    version: str
    services: list[ServiceOut]
    dates: DatesOut
