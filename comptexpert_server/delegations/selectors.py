"""Which delegations an account sees, what it is to each, and what is effective now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from comptexpert_server.accounts.models import is_same_person
from comptexpert_server.base import clock
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.absences import covered_now
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web.problems import not_found

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.accounts.models import Account


def sights(account: Account) -> list[QuerySet[Delegation]]:
    """Give what the account may see by source, each with an index of its own; a delegation may be in several."""
    found = [Delegation.objects.filter(grantee=account)]
    if firms.may_grant(account):
        found += [Delegation.objects.filter(firm=firm) for firm in firms.granted_firms(account)]
        found.append(Delegation.objects.filter(grantor=account.entry_id))
    return found


def visible_to(account: Account) -> QuerySet[Delegation]:
    """Give what the account may see: its own rights, and those of the firms for which it grants."""
    sight = Q(grantee=account)
    if firms.may_grant(account):
        sight |= Q(firm__in=list(firms.granted_firms(account).values_list("pk", flat=True)))
        sight |= Q(grantor=account.entry_id)
    return complete(Delegation.objects.filter(sight))


def complete(delegations: QuerySet[Delegation]) -> QuerySet[Delegation]:
    """Read the parties and the firm along with each delegation."""
    return delegations.select_related("firm", "first_approver", "grantor", "grantor__account", "grantee__entry")


_BY_NUMBER = CompiledQuery(lambda number: complete(Delegation.objects.filter(pk=number)), number=UUID)


def by_number(number: UUID) -> Delegation:
    """Read one delegation that exists, with its parties and its firm."""
    found = find(number)
    if found is None:
        raise Delegation.DoesNotExist
    return found


def find(number: UUID) -> Delegation | None:
    """Read one delegation with its parties and its firm; None when there is none."""
    return _BY_NUMBER.first(number=number)


def with_parties(delegations: list[Delegation]) -> list[Delegation]:
    """Read the parties and the firms of many delegations: few of each, so each is read once."""
    prefetch_related_objects(delegations, "firm", "grantor__account", "grantee__entry")
    return delegations


def _seen_by_grantor(*, number: UUID, account: UUID, entry: UUID) -> QuerySet[Delegation]:
    listed = RegistryEntry.firms.through.objects.filter(registryentry=entry).values("firm")
    return complete(Delegation.objects.filter(Q(grantee=account) | Q(grantor=entry) | Q(firm__in=listed), pk=number))


_SEEN_BY_GRANTOR = CompiledQuery(_seen_by_grantor, number=UUID, account=UUID, entry=UUID)
_SEEN_BY_GRANTEE = CompiledQuery(
    lambda number, account: complete(Delegation.objects.filter(pk=number, grantee=account)), number=UUID, account=UUID
)


def visible(account: Account, *, delegation_id: UUID) -> Delegation:
    """Give one delegation; 404 alike for the unknown and the forbidden."""
    if firms.may_grant(account):
        found = _SEEN_BY_GRANTOR.first(number=delegation_id, account=account.pk, entry=account.entry_id)
    else:
        found = _SEEN_BY_GRANTEE.first(number=delegation_id, account=account.pk)
    if found is None:
        raise not_found()
    return found


def roles_of(account: Account, delegation: Delegation, *, today: date | None = None) -> frozenset[rules.Role]:
    """Tell what the account is to a delegation, by its standing now."""
    day = clock.today() if today is None else today
    roles: set[rules.Role] = set()
    if delegation.grantee is not None and is_same_person(delegation.grantee, account):
        roles.add(rules.Role.GRANTEE)
    if delegation.firm_id in firms.granted_firm_ids(account):
        named = delegation.grantor_id == account.entry_id
        roles.add(rules.Role.GRANTOR if named else rules.Role.PEER)
        covered = (delegation.firm_id, delegation.grantor_id)
        if not named and covered in {(one.firm_id, one.absent_id) for one in covered_now(account, today=day)}:
            roles.add(rules.Role.COVER)
        if _gave_the_first_approval(account, delegation, named=named):
            roles.add(rules.Role.FIRST)
    return frozenset(roles)


def _gave_the_first_approval(account: Account, delegation: Delegation, *, named: bool) -> bool:
    if delegation.status != Status.PENDING_SECOND or not firms.has_two_approvers(delegation.firm):
        return False  # the rule rests: what waits for a second goes on with one (BR-35)
    first = delegation.first_approver
    return named if first is None else is_same_person(first, account)


def grantee_is_ready(grantee: Account | None) -> bool:
    """Tell whether a grantee has an active account (BR-01)."""
    return grantee is not None and grantee.is_active
