"""What an account may open now, and why or why not: read at each use, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.base import clock
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.catalogue.catalogue import Service, catalogue
from comptexpert_server.delegations.entitlement import Facts, access_for, entitlement_of, facts_of, has_lost_standing
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptexpert_server.accounts.models import Account

_HELD = CompiledQuery(
    lambda account: complete(Delegation.objects.filter(grantee=account, status__in=(*OPEN, *LIVE))), account=UUID
)
WAITING = {Status.PENDING: "DEL_PENDING", Status.PENDING_SECOND: "DEL_PENDING", Status.SCHEDULED: "DEL_SCHEDULED"}


@dataclass(frozen=True, kw_only=True)
class ServiceAccess:
    """A service as one account sees it."""

    id: str
    name: str
    url: str
    access: str
    """`direct`, `delegation`, `open` or `none`."""
    is_open: bool
    why: str
    """`DIRECT`, `OPEN`, `DELEGATED`, or the code of what keeps it closed."""
    rights: tuple[str, ...]
    """What the account may do there now."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What an account holds or waits for, and the facts about it."""

    delegations: list[Delegation]
    facts: Facts


def held_by(account: Account, *, today: date | None = None) -> Held:
    """Read what an account holds or waits for."""
    delegations = _HELD.rows(account=account.pk)
    return Held(delegations=delegations, facts=facts_of(delegations, today=clock.today() if today is None else today))


def access_of(account: Account, *, today: date | None = None, held: Held | None = None) -> list[ServiceAccess]:
    """Return every service as this account may open it now, from what it holds when that was read already."""
    found = held_by(account, today=today) if held is None else held
    return [
        _access(
            account,
            service=service,
            held=[one for one in found.delegations if one.service == service.id],
            facts=found.facts,
        )
        for service in catalogue().services
    ]


def missing_of(held: Held) -> list[str]:
    """Return the codes of what keeps granted rights from being operational (BR-04, BR-05)."""
    found = [entitlement_of(one, facts=held.facts) for one in held.delegations if one.status in LIVE]
    return sorted({code for one in found if one.in_force for code in one.missing})


def _access(account: Account, *, service: Service, held: Sequence[Delegation], facts: Facts) -> ServiceAccess:
    access = access_for(account, service)
    rights: tuple[str, ...] = ()
    if not service.enabled:
        why = "SERVICE_CLOSED"
    elif has_lost_standing(account):
        access, why = "none", "REG_STRUCK_OFF"
    elif access in {"direct", "open"}:
        why, rights = access.upper(), tuple(right.id for right in service.rights)
    elif access == "delegation":
        why, rights = _delegated(service, held=held, facts=facts)
    else:
        why = "PROFILE_EXCLUDED"
    return ServiceAccess(
        id=service.id,
        name=service.name,
        url=service.url,
        access=access,
        is_open=bool(rights),
        why=why,
        rights=rights,
    )


def _delegated(service: Service, *, held: Sequence[Delegation], facts: Facts) -> tuple[str, tuple[str, ...]]:
    """Return the rights that count now, or the code of the nearest reason why none does."""
    rights: set[str] = set()
    reasons: list[str] = []
    for delegation in held:
        found = entitlement_of(delegation, facts=facts)
        rights |= set(found.rights)
        reasons.extend(found.missing if found.in_force else [WAITING.get(Status(delegation.status), "DEL_SUSPENDED")])
    if rights:
        return "DELEGATED", tuple(right.id for right in service.rights if right.id in rights)
    order = ("DEL_TERMS", "DEL_CERT_REQUIRED", "DEL_SUSPENDED", "DEL_SCHEDULED", "DEL_PENDING")
    return next((code for code in order if code in reasons), "DEL_REQUIRED"), ()
