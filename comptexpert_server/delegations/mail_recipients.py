"""Who is told of a delegation: its parties, and everybody whom the rules let decide what waits (BR-17, BR-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from comptexpert_server.accounts.models import Account, is_same_person
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.firms.models import Absence, AbsenceStatus
from comptexpert_server.firms.selectors import SECOND_APPROVERS, count_people, granting_accounts_of

_COVERS = CompiledQuery(
    lambda firm, absent, day: Absence.objects.filter(
        firm=firm, absent=absent, status=AbsenceStatus.ACTIVE, ends_on__gte=day
    ).values_list("cover", flat=True),
    firm=UUID,
    absent=UUID,
    day=date,
)
_PERSON = CompiledQuery(lambda number: Account.objects.filter(pk=number).select_related("entry"), number=UUID)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An address, and what the person behind it is to the delegation."""

    address: str
    is_grantee: bool = False
    decides: bool = False
    """Whether the rules let this person approve or refuse what waits."""
    account: Account | None = None
    """Theirs, when they have one."""


def recipients(delegation: Delegation, *, today: date, deciders_only: bool = False) -> list[Recipient]:
    """Return who is told, once an address.

    | state | told |
    |---|---|
    | PENDING | the grantee, the named grantor, their cover |
    | PENDING_SECOND | the grantee, the named grantor, each grantor of the firm but who gave the first approval |
    | any other | the grantee, the named grantor, who gave the first approval |
    """
    deciding = deciders(delegation, today=today)
    owner: Account | None = getattr(delegation.grantor, "account", None)
    found: dict[str, Recipient] = {}
    if not deciders_only:
        first = delegation.first_approver
        found[_grantor_address(delegation)] = Recipient(address=_grantor_address(delegation), account=owner)
        if first is not None:
            found[first.email] = Recipient(address=first.email, account=first)
        holder = delegation.grantee
        address = delegation.invited_email if holder is None else holder.email
        found[address] = Recipient(address=address, is_grantee=True, account=holder)
    elif delegation.status == Status.PENDING:  # whom the request names may have no account yet
        found[_grantor_address(delegation)] = Recipient(address=_grantor_address(delegation), decides=True)
    for account in deciding:
        if account.email not in found or not found[account.email].is_grantee:
            found[account.email] = Recipient(address=account.email, decides=True)
    if delegation.status == Status.PENDING:
        address = _grantor_address(delegation)
        found[address] = Recipient(address=address, decides=True)
    return [found[address] for address in sorted(found) if address]


def deciders(delegation: Delegation, *, today: date) -> list[Account]:
    """List the accounts of the firm that the rules let decide what waits, in the order of their ids."""
    if delegation.status not in OPEN:
        return []
    granting = granting_accounts_of(delegation.firm_id)
    covers = frozenset(_COVERS.rows(firm=delegation.firm_id, absent=delegation.grantor_id, day=today))
    is_alone = count_people(granting) < SECOND_APPROVERS
    return [one for one in granting if _may_decide(one, delegation, covers=covers, is_alone=is_alone)]


def _may_decide(account: Account, delegation: Delegation, *, covers: frozenset[UUID], is_alone: bool) -> bool:
    """Ask the rules; the roles are those of `selectors.roles_of`, for many people in two queries."""
    is_named = account.entry_id == delegation.grantor_id
    roles = {rules.Role.GRANTOR if is_named else rules.Role.PEER}
    if account.entry_id in covers and not is_named:
        roles.add(rules.Role.COVER)
    if delegation.grantee is not None and is_same_person(delegation.grantee, account):
        roles.add(rules.Role.GRANTEE)
    first = delegation.first_approver
    if (
        delegation.status == Status.PENDING_SECOND
        and not is_alone
        and (is_named if first is None else is_same_person(first, account))
    ):
        roles.add(rules.Role.FIRST)
    return rules.lets(rules.Action.APPROVE, status=Status(delegation.status), roles=roles)


def _grantor_address(delegation: Delegation) -> str:
    account: Account | None = getattr(delegation.grantor, "account", None)
    return delegation.grantor.email if account is None else account.email


def name_of(number: UUID | None) -> str:
    """Return the name of who acted; nothing for the server itself."""
    account = None if number is None else _PERSON.first(number=number)
    if account is None:
        return ""
    return f"{account.given_name} {account.surname.upper()}".strip() or account.login_id
