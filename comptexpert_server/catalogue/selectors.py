"""What an account may open now, and why or why not: read at each use, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_server.catalogue.book import Service, catalogue
from comptexpert_server.config import clock
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import Terms, accepted_terms, complete, is_in_force, missing_of
from comptexpert_server.registry.models import EntryStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptexpert_server.accounts.models import Account

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


def access_of(account: Account, *, today: date | None = None) -> list[ServiceAccess]:
    """Tell every service as this account may open it now."""
    day = clock.today() if today is None else today
    held = list(complete(Delegation.objects.filter(grantee=account, status__in=(*OPEN, *LIVE))))
    terms = accepted_terms(held)
    return [
        _access(account, service=service, held=[one for one in held if one.service == service.id], terms=terms, day=day)
        for service in catalogue().services
    ]


def _access(
    account: Account, *, service: Service, held: Sequence[Delegation], terms: Terms, day: date
) -> ServiceAccess:
    is_unconfirmed = account.profile == "agc_head" and account.entry_id is None
    profile, kind = ("other", "unspecified") if is_unconfirmed else (account.profile, account.kind)
    access = service.access_for(profile=profile, kind=kind)
    rights: tuple[str, ...] = ()
    if not service.enabled:
        why = "SERVICE_CLOSED"
    elif account.entry is not None and account.entry.status != EntryStatus.ACTIVE:
        access, why = "none", "REG_STRUCK_OFF"
    elif access in {"direct", "open"}:
        why, rights = access.upper(), tuple(right.id for right in service.rights)
    elif access == "delegation":
        why, rights = _delegated(service, held=held, terms=terms, day=day)
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


def _delegated(service: Service, *, held: Sequence[Delegation], terms: Terms, day: date) -> tuple[str, tuple[str, ...]]:
    """Give the rights that count now, or the code of the nearest reason why none does."""
    rights: set[str] = set()
    reasons: list[str] = []
    for delegation in held:
        if not is_in_force(delegation, today=day):
            reasons.append(WAITING.get(Status(delegation.status), "DEL_SUSPENDED"))
            continue
        missing = missing_of(delegation, terms=terms, today=day)
        if "DEL_TERMS" in missing:
            reasons.append("DEL_TERMS")
            continue
        uncertified = "DEL_CERT_REQUIRED" in missing
        reasons.extend(missing)
        found = (service.right(right) for right in delegation.rights)
        rights |= {right.id for right in found if right and not (uncertified and right.requires_certificate)}
    if rights:
        return "DELEGATED", tuple(right.id for right in service.rights if right.id in rights)
    order = ("DEL_TERMS", "DEL_CERT_REQUIRED", "DEL_SUSPENDED", "DEL_SCHEDULED", "DEL_PENDING")
    return next((code for code in order if code in reasons), "DEL_REQUIRED"), ()
