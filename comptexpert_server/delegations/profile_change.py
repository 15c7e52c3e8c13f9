"""« Je change de statut »: what another profile opens and closes, and which of the rights given need a successor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.registry.profiles import GRANTING_LISTS

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account


@dataclass(frozen=True, kw_only=True)
class ProfileChange:
    """What changes for a person with another profile, by the names of the services."""

    opens: tuple[str, ...]
    closes: tuple[str, ...]
    by_delegation: tuple[str, ...]
    """What was open by the profile itself and needs a delegation from now on."""
    may_grant: bool


def compare(account: Account, *, before: str, after: str) -> ProfileChange:
    """Compare two profiles of a person, over the services that are open."""
    former, later = _accesses(account, profile=before), _accesses(account, profile=after)
    names = {service.id: service.name for service in catalogue().services}
    is_open = {"direct", "open"}
    return ProfileChange(
        opens=tuple(names[one] for one in names if later.get(one) in is_open and former.get(one) not in is_open),
        closes=tuple(names[one] for one in names if former.get(one) in is_open and later.get(one) == "none"),
        by_delegation=tuple(
            names[one] for one in names if former.get(one) in is_open and later.get(one) == "delegation"
        ),
        may_grant=after in GRANTING_LISTS,
    )


def _accesses(account: Account, *, profile: str) -> dict[str, str]:
    services = (service for service in catalogue().services if service.enabled)
    return {service.id: service.access_for(profile=profile, kind=account.kind) for service in services}
