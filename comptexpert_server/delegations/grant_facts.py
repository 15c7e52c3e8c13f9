"""What the planning of a grant reads: as it comes for one grant, in a few queries for all those of a file."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.db.models import Q

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.conflicts import needs_second
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.models import Membership
from comptexpert_server.sessions.step_up import require_step_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from comptexpert_server.catalogue.catalogue import Service
    from comptexpert_server.registry.models import Firm, RegistryEntry
    from comptexpert_server.sessions.step_up import SignedIn
    from comptexpert_server.web.policy import StepUp

TAKEN = (*OPEN, Status.SCHEDULED, Status.ACTIVE)
_SAME = CompiledQuery(
    lambda firm, grantor, grantee, service: Delegation.objects.filter(
        firm=firm, grantor=grantor, grantee=grantee, invited_email="", service=service, status__in=TAKEN
    ).order_by("pk"),
    firm=UUID,
    grantor=UUID,
    grantee=UUID,
    service=str,
)


@dataclass(frozen=True, kw_only=True)
class Grantee:
    """Who will have the right: an account, or the address of an invitation."""

    account: Account | None
    email: str


Parties = tuple[UUID, UUID | None, str, str]
"""The firm, the grantee or the address of an invitation, and the service."""


def parties_of(planned: Delegation) -> Parties:
    """Name those between whom a planned delegation is, and for what."""
    return planned.firm_id, planned.grantee_id, planned.invited_email, planned.service


class GrantFacts(Protocol):
    """What one person's grants are planned with."""

    def firms(self) -> list[Firm]:
        """List the firms for which the person grants."""

    def account_of(self, text: str) -> Account | None:
        """Find the account that has this id or identifiant."""

    def member_of(self, firm: Firm, *, email: str) -> Account | None:
        """Return the one account, of a firm or the person's own, that has an address."""

    def between(self, firm: Firm, *, grantee: Grantee, service: Service) -> list[Delegation]:
        """List what waits, will begin or is active between the person and somebody for a service."""

    def last_day(self, firm: Firm, *, account: Account) -> date | None:
        """Return the day on which somebody leaves a firm; None when no departure is planned."""

    def planned(self, parties: Parties) -> Delegation | None:
        """Return what was planned with these parties along with the grant."""

    def needs_second(self, firm: Firm, *, service: Service, rights: list[str]) -> bool:
        """Return whether these rights wait for a second approval (BR-12)."""

    def prove(self, step_up: StepUp) -> None:
        """Refuse 403 until the session is as sure as this wants."""


@dataclass(frozen=True, kw_only=True)
class FactsOfOne:
    """The facts of one grant, each read when it is asked for."""

    account: Account
    entry: RegistryEntry
    signed_in: SignedIn
    now: datetime

    def firms(self) -> list[Firm]:
        """List the firms for which the person grants."""
        return _firms_of(self.account)

    def account_of(self, text: str) -> Account | None:
        """Find the account that has this id or identifiant."""
        known = Account.objects.filter(login_id=text.lower())
        number = _number_in(text)
        return (known if number is None else known | Account.objects.filter(pk=number)).first()

    def member_of(self, firm: Firm, *, email: str) -> Account | None:
        """Return the one account, of a firm or the person's own, that has an address."""
        return member_of(firm, email=email, also=self.account)

    def between(self, firm: Firm, *, grantee: Grantee, service: Service) -> list[Delegation]:
        """List what waits, will begin or is active between the person and somebody for a service."""
        return between(firm, grantor=self.entry, grantee=grantee, service=service)

    def last_day(self, firm: Firm, *, account: Account) -> date | None:
        """Return the day on which somebody leaves a firm; None when no departure is planned."""
        return firms.last_day_in(firm.pk, account_id=account.pk)

    def planned(self, parties: Parties) -> Delegation | None:
        """Return nothing: the grant is alone."""

    def needs_second(self, firm: Firm, *, service: Service, rights: list[str]) -> bool:
        """Return whether these rights wait for a second approval (BR-12)."""
        return needs_second(firm, service=service, rights=rights)

    def prove(self, step_up: StepUp) -> None:
        """Refuse 403 until the session is as sure as this wants."""
        require_step_up(self.account, step_up, signed_in=self.signed_in, now=self.now)


@dataclass(frozen=True, kw_only=True)
class FactsOfMany:
    """The facts of the grants of a file, read once for all of them; and what is planned of them so far."""

    account: Account
    entry: RegistryEntry
    signed_in: SignedIn
    now: datetime
    named: Iterable[str]
    """The ids and identifiants of the file."""
    _planned: dict[Parties, Delegation] = field(default_factory=dict)
    _proved: set[StepUp] = field(default_factory=set)

    def firms(self) -> list[Firm]:
        """List the firms for which the person grants."""
        return self._firms

    def account_of(self, text: str) -> Account | None:
        """Find the account that has this id or identifiant."""
        by_login, by_number = self._accounts
        number = _number_in(text)
        return by_login.get(text.lower()) or (None if number is None else by_number.get(number))

    def member_of(self, firm: Firm, *, email: str) -> Account | None:
        """Return the one account, of a firm or the person's own, that has an address."""
        owners = {one.pk: one for one in self._members.get((firm.pk, email.lower()), ())}
        if self.account.is_active and self.account.email.lower() == email.lower():
            owners[self.account.pk] = self.account
        return next(iter(owners.values())) if len(owners) == 1 else None

    def between(self, firm: Firm, *, grantee: Grantee, service: Service) -> list[Delegation]:
        """List what waits, will begin or is active between the person and somebody for a service."""
        number = None if grantee.account is None else grantee.account.pk
        return self._taken.get((firm.pk, number, grantee.email, service.id), [])

    def last_day(self, firm: Firm, *, account: Account) -> date | None:
        """Return the day on which somebody leaves a firm; None when no departure is planned."""
        return self._leaving.get((firm.pk, account.pk))

    def planned(self, parties: Parties) -> Delegation | None:
        """Return what a line before planned with these parties."""
        return self._planned.get(parties)

    def needs_second(self, firm: Firm, *, service: Service, rights: list[str]) -> bool:
        """Return whether these rights wait for a second approval (BR-12)."""
        return firm.pk in self._with_two_approvers and rules.is_high_risk(service, rights=rights)

    def prove(self, step_up: StepUp) -> None:
        """Refuse 403 until the session is as sure as this wants."""
        if step_up not in self._proved:
            require_step_up(self.account, step_up, signed_in=self.signed_in, now=self.now)
            self._proved.add(step_up)

    def add(self, planned: Delegation) -> None:
        """Let the lines that follow know what a line gives."""
        self._planned[parties_of(planned)] = planned

    def is_first(self, planned: Delegation) -> bool:
        """Return whether nothing waits, will begin or is active between the parties of a planned grant."""
        return parties_of(planned) not in self._taken

    @cached_property
    def _firms(self) -> list[Firm]:
        return _firms_of(self.account)

    @cached_property
    def _with_two_approvers(self) -> set[UUID]:
        return {firm.pk for firm in self._firms if firm.two_approvers and firms.has_two_approvers(firm)}

    @cached_property
    def _accounts(self) -> tuple[dict[str, Account], dict[UUID, Account]]:
        texts = set(self.named)
        numbers = {number for number in map(_number_in, texts) if number is not None}
        asked = Q(login_id__in={text.lower() for text in texts}) | Q(pk__in=numbers)
        found = list(Account.objects.filter(asked).select_related("entry"))
        return {one.login_id: one for one in found}, {one.pk: one for one in found}

    @cached_property
    def _members(self) -> dict[tuple[UUID, str], list[Account]]:
        found: dict[tuple[UUID, str], list[Account]] = {}
        live = Membership.objects.filter(firm__in=self._firms, ended_at=None, account__is_active=True)
        for one in live.select_related("account__entry"):
            found.setdefault((one.firm_id, one.account.email.lower()), []).append(one.account)
        return found

    @cached_property
    def _leaving(self) -> dict[tuple[UUID, UUID], date]:
        planned = Membership.objects.filter(firm__in=self._firms, ended_at=None, leaves_on__isnull=False)
        rows = planned.values_list("firm_id", "account_id", "leaves_on")
        return {(firm, account): day for firm, account, day in rows if day is not None}

    @cached_property
    def _taken(self) -> dict[Parties, list[Delegation]]:
        found: dict[Parties, list[Delegation]] = {}
        mine = Delegation.objects.filter(grantor=self.entry, firm__in=self._firms, status__in=TAKEN)
        for one in mine.order_by("pk"):
            found.setdefault(parties_of(one), []).append(one)
        return found


def between(firm: Firm, *, grantor: RegistryEntry, grantee: Grantee, service: Service) -> list[Delegation]:
    """List what waits, will begin or is active between the same parties for a service."""
    parties = {"firm": firm.pk, "grantor": grantor.pk, "service": service.id}
    if grantee.account is not None:
        return _SAME.rows(grantee=grantee.account.pk, **parties)
    invited = Delegation.objects.filter(grantee=None, invited_email=grantee.email, status__in=TAKEN, **parties)
    return list(invited.order_by("pk"))


def member_of(firm: Firm, *, email: str, also: Account | None = None) -> Account | None:
    """Return the one account of a firm that has an address."""
    sides = Q(memberships__firm=firm, memberships__ended_at=None)
    if also is not None:
        sides |= Q(pk=also.pk)
    owners = list(Account.objects.filter(sides, email__iexact=email, is_active=True).distinct()[:2])
    return owners[0] if len(owners) == 1 else None


def _firms_of(account: Account) -> list[Firm]:
    return list(firms.granted_firms(account).order_by("name", "pk"))


def _number_in(text: str) -> UUID | None:
    """Read the id of an account; None for what is none."""
    with contextlib.suppress(ValueError):
        return UUID(text)
    return None
