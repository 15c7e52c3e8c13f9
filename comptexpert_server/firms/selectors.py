"""Who belongs to a firm, and who grants for it; the only place that answers « may they grant? »."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.firms.models import Membership
from comptexpert_server.registry.models import EntryStatus, Firm, RegistryEntry
from comptexpert_server.registry.profiles import GRANTING_LISTS
from comptexpert_server.web.problems import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptexpert_server.firms.models import Absence

ABSENCES_SHOWN = 30
_GRANTED_IDS = CompiledQuery(
    lambda entry: RegistryEntry.firms.through.objects.filter(registryentry=entry).values_list("firm", flat=True),
    entry=UUID,
)
SECOND_APPROVERS = 2
STANDING = Q(status=EntryStatus.ACTIVE, list__in=GRANTING_LISTS)
_GRANTED = CompiledQuery(lambda entry: Firm.objects.filter(entries=entry).order_by("name", "pk"), entry=UUID)
_STAFFED = CompiledQuery(
    lambda account: (
        Membership.objects.filter(account=account, ended_at=None)
        .select_related("firm")
        .order_by("firm__name", "firm_id")
    ),
    account=UUID,
)


@dataclass(frozen=True, kw_only=True)
class FirmRole:
    """A firm of an account, and what the account is there."""

    firm: Firm
    role: str
    """`grantor` or `staff`."""
    leaves_on: date | None = None
    """The last day, when a departure is planned (BR-34)."""


def may_grant(account: Account) -> bool:
    """Tell whether an account may grant at all: the list and the standing of its entry now."""
    return account.is_active and account.entry is not None and entry_may_grant(account.entry)


def entry_may_grant(entry: RegistryEntry) -> bool:
    """Tell whether a person of the registry, with or without an account, may be asked."""
    return entry.status == EntryStatus.ACTIVE and entry.list in GRANTING_LISTS


def granted_firms(account: Account) -> QuerySet[Firm]:
    """Give the firms for which the account grants."""
    if not may_grant(account):
        return Firm.objects.none()
    return Firm.objects.filter(entries=account.entry_id)


def granted_firm_ids(account: Account) -> list[UUID]:
    """List the identifiers of the firms for which the account grants: what each synchronisation asks."""
    return _GRANTED_IDS.rows(entry=account.entry_id) if may_grant(account) else []


def listed_firms(entry_id: UUID) -> list[Firm]:
    """List the firms in which the registry lists an entry."""
    return _GRANTED.rows(entry=entry_id)


def granted_firm(account: Account, *, firm_id: UUID) -> Firm:
    """Give one firm for which the account grants; 404 for any other."""
    firm = granted_firms(account).filter(pk=firm_id).first()
    if firm is None:
        raise not_found()
    return firm


def firms_of(account: Account) -> list[FirmRole]:
    """List the firms of an account, those for which it grants first."""
    granted = _GRANTED.rows(entry=account.entry_id) if may_grant(account) else []
    staffed = _STAFFED.rows(account=account.pk)
    return [FirmRole(firm=firm, role="grantor") for firm in granted] + [
        FirmRole(firm=member.firm, role="staff", leaves_on=member.leaves_on)
        for member in staffed
        if member.firm not in granted
    ]


_LAST_DAYS = CompiledQuery(
    lambda firm, account: Membership.objects.filter(
        firm=firm, account=account, ended_at=None, leaves_on__isnull=False
    ).values_list("leaves_on", flat=True),
    firm=UUID,
    account=UUID,
)


def last_day_in(firm_id: UUID, *, account_id: UUID) -> date | None:
    """Return the day on which a member leaves a firm; None when no departure is planned."""
    return _LAST_DAYS.first(firm=firm_id, account=account_id)


def grantors_of(firm: Firm) -> QuerySet[RegistryEntry]:
    """Give the people of the registry who grant for a firm."""
    return RegistryEntry.objects.filter(STANDING, firms=firm)


def granting_accounts(firm: Firm) -> QuerySet[Account]:
    """Give the active accounts that grant for a firm, in the order of their ids."""
    return Account.objects.filter(entry__in=grantors_of(firm), is_active=True).order_by("pk")


_GRANTING = CompiledQuery(
    lambda firm: (
        Account.objects.filter(entry__in=RegistryEntry.objects.filter(STANDING, firms=firm), is_active=True)
        .select_related("entry")
        .order_by("pk")
    ),
    firm=UUID,
)


def granting_accounts_of(firm_id: UUID) -> list[Account]:
    """List the active accounts that grant for a firm, in the order of their ids, each with its entry."""
    return _GRANTING.rows(firm=firm_id)


def has_two_approvers(firm: Firm) -> bool:
    """Return whether two people may approve; while there are not, the rule of two rests (BR-35)."""
    return count_people(granting_accounts(firm)) >= SECOND_APPROVERS


def count_people(accounts: Iterable[Account]) -> int:
    """Count the people of accounts: those that proved one address are one person's, as `is_same_person` says."""
    return len({str(one.pk) if one.activated_at is None else one.email.casefold() for one in accounts})


def absences_of(firm: Firm) -> QuerySet[Absence]:
    """Give the last absences of a firm with their people, the newest first."""
    return firm.absences.select_related("absent", "cover").order_by("-asked_at", "pk")[:ABSENCES_SHOWN]
