"""« May they? »: what one delegation lets its grantee do now. Every reader asks here (domain.md, BR-29).

`/me`, the list and the synchronisation of delegations, the claims told to sites and the preview of an import compose
this answer and never compute their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.registry.models import EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import AGC_HEAD, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.catalogue.catalogue import Service

WIDEST_FIRST = ("direct", "open", "delegation")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the answers need besides the delegations themselves, read once for many of them."""

    terms: frozenset[tuple[UUID, str]]
    """The firms and the services whose terms they accepted."""
    listed: frozenset[tuple[UUID, UUID]]
    """The firms and the entries that the registry lists in them."""
    leaving: Mapping[tuple[UUID, UUID], date]
    """The last day of the members whose departure from a firm is planned, by firm and account."""
    today: date

    def last_day(self, delegation: Delegation) -> date | None:
        """Return the day on which the holder leaves the firm; None when no departure is planned."""
        holder = delegation.grantee_id
        return None if holder is None else self.leaving.get((delegation.firm_id, holder))


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """What a delegation gives now."""

    rights: tuple[str, ...]
    """The rights that may be used now."""
    missing: tuple[str, ...]
    """Codes of what keeps granted rights from working, whatever the status and the dates."""
    in_force: bool
    """Active, inside its dates, both parties in good standing."""

    @property
    def is_effective(self) -> bool:
        """Return whether every right of the delegation may be used now."""
        return self.in_force and not self.missing


_TERMS = CompiledQuery(
    lambda firm: TermsAcceptance.objects.filter(firm=firm).values_list("firm_id", "service"), firm=UUID
)
_LISTED = CompiledQuery(
    lambda firm, entry: RegistryEntry.firms.through.objects.filter(firm=firm, registryentry=entry).values_list(
        "firm_id", "registryentry_id"
    ),
    firm=UUID,
    entry=UUID,
)


_LEAVING = CompiledQuery(
    lambda firm, account: Membership.objects.filter(
        firm=firm, account=account, ended_at=None, leaves_on__isnull=False
    ).values_list("firm_id", "account_id", "leaves_on"),
    firm=UUID,
    account=UUID,
)


def _facts_of_one(one: Delegation, *, today: date) -> Facts:
    """Read what the answer about one delegation needs, as each write does."""
    leaving = [] if one.grantee_id is None else _LEAVING.rows(firm=one.firm_id, account=one.grantee_id)
    return Facts(
        terms=frozenset(_TERMS.rows(firm=one.firm_id)),
        listed=frozenset(_LISTED.rows(firm=one.firm_id, entry=one.grantor_id)),
        leaving={(firm, account): day for firm, account, day in leaving if day is not None},
        today=today,
    )


def facts_of(delegations: Iterable[Delegation], *, today: date) -> Facts:
    """Read, in three queries, what the answers about these delegations need."""
    rows = list(delegations)
    if len(rows) == 1:
        return _facts_of_one(rows[0], today=today)
    pairs = {(delegation.firm_id, delegation.grantor_id) for delegation in rows}
    firm_ids, entry_ids = {firm for firm, _ in pairs}, {entry for _, entry in pairs}
    links = RegistryEntry.firms.through.objects.filter(firm__in=firm_ids, registryentry__in=entry_ids)
    holders = {delegation.grantee_id for delegation in rows if delegation.grantee_id is not None}
    leaving = Membership.objects.filter(
        firm__in=firm_ids, account__in=holders, ended_at=None, leaves_on__isnull=False
    ).values_list("firm_id", "account_id", "leaves_on")
    return Facts(
        terms=frozenset(TermsAcceptance.objects.filter(firm__in=firm_ids).values_list("firm_id", "service")),
        listed=frozenset(links.values_list("firm_id", "registryentry_id")),
        leaving={(firm, account): day for firm, account, day in leaving if day is not None},
        today=today,
    )


def entitlement_of(delegation: Delegation, *, facts: Facts) -> Entitlement:
    """Answer for one delegation, its parties read along with it."""
    service = catalogue().service(delegation.service)
    missing = _missing(delegation, service=service, facts=facts)
    in_force = _is_in_force(delegation, facts=facts)
    usable: tuple[str, ...] = ()
    if in_force and service is not None and not set(missing) - {"DEL_CERT_REQUIRED"}:
        is_certified = "DEL_CERT_REQUIRED" not in missing
        usable = tuple(
            right.id
            for right in service.rights
            if right.id in delegation.rights and (is_certified or not right.requires_certificate)
        )
    return Entitlement(rights=usable, missing=missing, in_force=in_force)


def access_for(account: Account, service: Service) -> str:
    """Return how an account's profile opens a service: `direct`, `delegation`, `open` or `none`."""
    if account.profile == AGC_HEAD and account.entry_id is None:  # no council confirmed the mandate yet
        return service.access_for(profile=OTHER, kind="unspecified")
    found = {service.access_for(profile=profile, kind=account.kind) for profile in account.profiles}
    return next((access for access in WIDEST_FIRST if access in found), "none")


def has_lost_standing(account: Account) -> bool:
    """Return whether the registry suspended or struck off the person of an account."""
    return account.entry is not None and account.entry.status != EntryStatus.ACTIVE


def _missing(delegation: Delegation, *, service: Service | None, facts: Facts) -> tuple[str, ...]:
    if service is None or not service.enabled:
        return ("DEL_SERVICE_CLOSED",)
    grantee = delegation.grantee
    found = rules.missing(
        service,
        rights=delegation.rights,
        certificate_until=None if grantee is None else grantee.certificate_until,
        terms_accepted=(delegation.firm_id, delegation.service) in facts.terms,
        today=facts.today,
    )
    if grantee is not None and has_lost_standing(grantee):
        found.append("REG_STRUCK_OFF")
    elif grantee is not None and access_for(grantee, service) == "none":
        found.append("PROFILE_EXCLUDED")
    return tuple(found)


def _is_in_force(delegation: Delegation, *, facts: Facts) -> bool:
    return (
        delegation.status == Status.ACTIVE
        and (delegation.valid_from is None or delegation.valid_from <= facts.today)
        and (delegation.valid_until is None or delegation.valid_until >= facts.today)
        and (facts.last_day(delegation) or facts.today) >= facts.today
        and delegation.grantee is not None
        and delegation.grantee.is_active
        and firms.entry_may_grant(delegation.grantor)
        and (delegation.firm_id, delegation.grantor_id) in facts.listed
    )
