"""Templates: what a function in a firm usually needs, granted in one gesture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from comptexpert_server.catalogue.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELEGATED = "delegation"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Some rights of one service."""

    service: str
    rights: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Template:
    """What a function in a firm needs, and for how many days."""

    code: str
    name: str
    description: str
    days: int
    grants: tuple[Grant, ...]

    def document(self) -> dict[str, Any]:
        """Write the template as JSON keeps it."""
        return {
            "code": self.code,
            "name": self.name,
            "description": self.description,
            "days": self.days,
            "grants": [{"service": grant.service, "rights": list(grant.rights)} for grant in self.grants],
        }


@lru_cache(maxsize=1)
def usual_templates() -> tuple[Template, ...]:
    """Give the templates of this release, for a firm that has none of its own."""
    text = files("comptexpert_server.catalogue").joinpath("templates.json").read_text("utf-8")
    return tuple(read_templates(json.loads(text)))


def read_templates(documents: Iterable[dict[str, Any]]) -> list[Template]:
    """Read templates as JSON keeps them."""
    return [
        Template(
            **{
                **document,
                "grants": tuple(
                    Grant(service=grant["service"], rights=tuple(grant["rights"])) for grant in document["grants"]
                ),
            }
        )
        for document in documents
    ]


def fault(templates: Sequence[Template]) -> tuple[str, str] | None:
    """Name the first member that cannot be kept, with a code; None when every template can be granted as it is."""
    codes = [template.code for template in templates]
    for place, template in enumerate(templates):
        where = f"templates.{place}"
        if template.code in codes[:place]:
            return f"{where}.code", "DUPLICATE"
        services = [grant.service for grant in template.grants]
        if len(services) != len(set(services)):
            return f"{where}.grants", "DUPLICATE"
        for number, grant in enumerate(template.grants):
            if code := _grant_fault(grant, days=template.days):
                member = {"TOO_LONG": "days", "UNKNOWN_SERVICE": f"grants.{number}.service"}
                return f"{where}.{member.get(code, f'grants.{number}.rights')}", code.removesuffix("_SERVICE")
    return None


def still_sound(templates: Iterable[Template]) -> list[Template]:
    """Leave out what the catalogue no longer holds: a service that closed, a right that cannot be delegated."""
    found = []
    for template in templates:
        grants = tuple(grant for grant in template.grants if not _grant_fault(grant, days=1))
        if grants:
            found.append(
                Template(
                    code=template.code,
                    name=template.name,
                    description=template.description,
                    days=template.days,
                    grants=grants,
                )
            )
    return found


def _grant_fault(grant: Grant, *, days: int) -> str | None:
    service = catalogue().service(grant.service)
    if service is None or not service.enabled or DELEGATED not in service.profiles.values():
        return "UNKNOWN_SERVICE"
    rights = [service.right(right) for right in grant.rights]
    if not rights or len(set(grant.rights)) != len(rights) or any(right is None for right in rights):
        return "UNKNOWN"
    if any(right is not None and not right.delegable for right in rights):
        return "DEL_RIGHT_NOT_DELEGABLE"
    return "TOO_LONG" if any(right is not None and right.max_days < days for right in rights) else None
