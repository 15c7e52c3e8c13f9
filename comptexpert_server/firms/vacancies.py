"""Firms in which nobody is left who may grant, and who stands in (BR-35): what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptexpert_server.accounts.models import Account
from comptexpert_server.firms.models import Membership, Vacancy
from comptexpert_server.firms.selectors import STANDING
from comptexpert_server.registry.models import Firm, RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

MAX_DAYS = 30
"""How many days a stand-in may grant for a firm that is not theirs."""


def without_grantor() -> QuerySet[Firm]:
    """Return the firms that have members and, stand-ins apart, no account that may grant."""
    staffed = Membership.objects.filter(firm_id=OuterRef("pk"), ended_at=None)
    return Firm.objects.filter(Exists(staffed)).exclude(Exists(_own_grantors(OuterRef("pk"))))


def has_own_grantor(firm: Firm) -> bool:
    """Return whether somebody of the firm itself, no stand-in, may grant for it."""
    return _own_grantors(firm.pk).exists()


def open_vacancies() -> QuerySet[Vacancy]:
    """Return the vacancies that are not over, with their firms and stand-ins."""
    return Vacancy.objects.filter(ended_at=None).select_related("firm", "stand_in")


def open_vacancy(firm: Firm) -> Vacancy | None:
    """Return the vacancy of a firm, if there is one now."""
    return open_vacancies().filter(firm=firm).first()


def stand_in_links(entry_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the links of entries to firms that are a stand-in's, and no import's: entry, firm."""
    found = Vacancy.objects.filter(ended_at=None, stand_in__in=entry_ids)
    return {(one.stand_in_id, one.firm_id) for one in found if one.stand_in_id is not None}


def end_stand_ins(links: Collection[tuple[UUID, UUID]]) -> None:
    """Let links of entries to firms be the registry's own from now on, with all that was granted."""
    for entry_id, firm_id in links:
        mine = Vacancy.objects.filter(ended_at=None, stand_in=entry_id, firm=firm_id)
        mine.update(stand_in=None, ends_on=None)


def possible_stand_in(number: str, *, firm: Firm) -> RegistryEntry | None:
    """Return who has a registration number, may grant, has an account and is not of the firm; None otherwise."""
    able = RegistryEntry.objects.filter(STANDING, account__is_active=True).exclude(firms=firm)
    return able.filter(registration_number=number).first()


def readers_of(firm: Firm) -> list[Account]:
    """List the members of a firm who have an account to read with."""
    members = Account.objects.filter(memberships__firm=firm, memberships__ended_at=None, is_active=True)
    return list(members.distinct().order_by("pk"))


def councils_of(firm: Firm) -> list[str]:
    """List the codes of the councils in whose lists the people of a firm stand."""
    return sorted(set(firm.entries.exclude(council="").values_list("council", flat=True)))


def _own_grantors(firm: UUID | OuterRef) -> QuerySet[Account]:
    standing = RegistryEntry.objects.filter(STANDING).values("pk")
    linked = RegistryEntry.firms.through.objects.filter(registryentry_id=OuterRef("entry_id"), firm_id=_outer(firm))
    standing_in = Vacancy.objects.filter(ended_at=None, firm_id=_outer(firm), stand_in_id=OuterRef("entry_id"))
    return Account.objects.filter(Q(Exists(linked)), ~Exists(standing_in), is_active=True, entry__in=standing)


def _outer(firm: UUID | OuterRef) -> UUID | OuterRef:
    """Return the firm as a query two floors below names it."""
    return OuterRef(firm) if isinstance(firm, OuterRef) else firm
