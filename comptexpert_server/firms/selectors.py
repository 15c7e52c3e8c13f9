"""Who belongs to a firm, and who grants for it; the only place that answers « may he grant? »."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from comptexpert_server.config.problems import not_found
from comptexpert_server.firms.models import Absence, Firm
from comptexpert_server.registry.models import EntryStatus, RegistryEntry

if TYPE_CHECKING:
    from uuid import UUID

    from comptexpert_server.accounts.models import Account

GRANTING_LISTS = ("expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "agc_head")
GRANTING_PROFILES = GRANTING_LISTS
ABSENCES_SHOWN = 30
STANDING = Q(status=EntryStatus.ACTIVE, list__in=GRANTING_LISTS)


@dataclass(frozen=True, kw_only=True)
class FirmRole:
    """A firm of an account, and what the account is there."""

    firm: Firm
    role: str
    """`grantor` or `staff`."""


def may_grant(account: Account) -> bool:
    """Tell whether an account may grant at all: its profile, and the standing of its entry now."""
    entry = account.entry
    return (
        account.is_active
        and account.profile in GRANTING_PROFILES
        and entry is not None
        and entry.status == EntryStatus.ACTIVE
        and entry.list in GRANTING_LISTS
    )


def entry_may_grant(entry: RegistryEntry) -> bool:
    """Tell whether a person of the registry, with or without an account, may be asked."""
    return entry.status == EntryStatus.ACTIVE and entry.list in GRANTING_LISTS


def granted_firms(account: Account) -> QuerySet[Firm]:
    """Give the firms for which the account grants."""
    if not may_grant(account):
        return Firm.objects.none()
    return Firm.objects.filter(entries=account.entry_id)


def granted_firm(account: Account, *, firm_id: UUID) -> Firm:
    """Give one firm for which the account grants; 404 for any other."""
    firm = granted_firms(account).filter(pk=firm_id).first()
    if firm is None:
        raise not_found()
    return firm


def firms_of(account: Account) -> list[FirmRole]:
    """List the firms of an account, those for which it grants first."""
    granted = list(granted_firms(account).order_by("name", "pk"))
    staffed = Firm.objects.filter(memberships__account=account, memberships__ended_at=None).order_by("name", "pk")
    return [FirmRole(firm=firm, role="grantor") for firm in granted] + [
        FirmRole(firm=firm, role="staff") for firm in staffed if firm not in granted
    ]


def grantors_of(firm: Firm) -> QuerySet[RegistryEntry]:
    """Give the people of the registry who grant for a firm."""
    return RegistryEntry.objects.filter(STANDING, firms=firm)


def absences_of(firm: Firm) -> QuerySet[Absence]:
    """Give the last absences of a firm with their people, the newest first."""
    return firm.absences.select_related("absent", "cover").order_by("-asked_at", "pk")[:ABSENCES_SHOWN]
