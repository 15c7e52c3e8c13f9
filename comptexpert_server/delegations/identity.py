"""Whom one decides about: the other party of a delegation, and who in the firm may be taken for them (BR-38)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.accounts.models import Account, is_same_person
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.likeness import Likeness, is_confusable, likeness
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.selectors import grantors_of

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry

MAX_ALIKE = 5
_MEMBERS = CompiledQuery(
    lambda firm: Membership.objects.filter(firm=firm, ended_at=None).select_related("account__entry"), firm=UUID
)
_GRANTORS = CompiledQuery(lambda firm: grantors_of(firm).select_related("account"), firm=UUID)
_OTHERS = CompiledQuery(
    lambda firm, grantee, number: (
        Delegation.objects.filter(firm=firm, grantee=grantee)
        .exclude(pk=number)
        .values_list("service", "rights", "status", "decided_at")
    ),
    firm=UUID,
    grantee=UUID,
    number=UUID,
)
GRANTED = (
    Status.SCHEDULED,
    Status.ACTIVE,
    Status.SUSPENDED,
    Status.EXPIRED,
    Status.REVOKED,
    Status.CEASED,
    Status.SUPERSEDED,
)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Somebody of the firm who may be taken for the person."""

    name: str
    login_id: str
    """Empty for somebody of the registry without an account."""
    likeness: Likeness


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A party of a delegation, as its firm knows them."""

    login_id: str
    given_name: str
    surname: str
    profile: str
    masked_email: str
    """Of the grantee; a grantor's address is nobody's business."""
    role: str
    """`grantor`, `staff`, or `none` for somebody whom the firm does not know yet."""
    since: datetime | None
    """Since when they are staff of the firm."""
    earlier: int
    """How many other requests and rights there were between the grantee and the firm."""
    is_first_high_risk: bool
    """Whether the firm never gave the grantee a right of high risk before."""
    alike: tuple[Alike, ...]


def other_party(delegation: Delegation, *, viewer: Account) -> Identity:
    """Return the grantor for the grantee, and the grantee for everybody else."""
    grantee = delegation.grantee
    if grantee is not None and is_same_person(grantee, viewer):
        return grantor_identity(delegation)
    return grantee_identity(delegation)


def grantee_identity(delegation: Delegation) -> Identity:
    """Describe who asks or will have the right; three queries."""
    grantee, firm = delegation.grantee, delegation.firm
    earlier, is_first = _history(delegation)
    if grantee is None:
        return Identity(
            login_id="",
            given_name="",
            surname="",
            profile="",
            masked_email=mask_email(delegation.invited_email),
            role="none",
            since=None,
            earlier=earlier,
            is_first_high_risk=is_first,
            alike=(),
        )
    members = _MEMBERS.rows(firm=firm.pk)
    entries = _GRANTORS.rows(firm=firm.pk)
    mine = next((one for one in members if one.account_id == grantee.pk), None)
    is_grantor = any(one.pk == grantee.entry_id for one in entries)
    return Identity(
        login_id=grantee.login_id,
        given_name=grantee.given_name,
        surname=grantee.surname,
        profile=grantee.profile,
        masked_email=mask_email(grantee.email),
        role="grantor" if is_grantor else "none" if mine is None else "staff",
        since=None if mine is None or is_grantor else mine.since,
        earlier=earlier,
        is_first_high_risk=is_first,
        alike=_alike(grantee, members=members, entries=entries),
    )


def grantor_identity(delegation: Delegation) -> Identity:
    """Describe the grantor to the grantee, by what the registry makes public."""
    entry = delegation.grantor
    account = _account_of(entry)
    earlier, is_first = _history(delegation)
    is_listed = grantors_of(delegation.firm).filter(pk=entry.pk).exists()
    return Identity(
        login_id="" if account is None else account.login_id,
        given_name=entry.given_name,
        surname=entry.surname,
        profile=entry.list,
        masked_email="",
        role="grantor" if is_listed else "none",
        since=None,
        earlier=earlier,
        is_first_high_risk=is_first,
        alike=(),
    )


def _history(delegation: Delegation) -> tuple[int, bool]:
    """Count what there was before between the grantee and the firm; tell whether no right of high risk was given."""
    if delegation.grantee_id is None:
        others = Delegation.objects.filter(firm=delegation.firm_id).exclude(pk=delegation.pk)
        invited = others.filter(grantee=None, invited_email__iexact=delegation.invited_email)
        found = list(invited.values_list("service", "rights", "status", "decided_at"))
    else:
        found = _OTHERS.rows(firm=delegation.firm_id, grantee=delegation.grantee_id, number=delegation.pk)
    services = {service.id: service for service in catalogue().services}
    is_first = not any(
        status in GRANTED
        and decided_at is not None
        and (service not in services or rules.is_high_risk(services[service], rights=rights))
        for service, rights, status, decided_at in found
    )
    return len(found), is_first


def _alike(grantee: Account, *, members: list[Membership], entries: list[RegistryEntry]) -> tuple[Alike, ...]:
    """List who of the firm has the same name or a like-looking one, the same first."""
    people: dict[str, tuple[str, str]] = {}
    for member in members:
        if member.account_id != grantee.pk:
            people[member.account.login_id] = (member.account.get_full_name(), member.account.login_id)
    for entry in entries:
        if entry.pk != grantee.entry_id:
            account = _account_of(entry)
            login_id = "" if account is None else account.login_id
            people[login_id or str(entry.pk)] = (f"{entry.given_name} {entry.surname}", login_id)
    found = []
    for name, login_id in people.values():
        near = likeness(grantee.get_full_name(), name)
        if near is None and login_id and is_confusable(grantee.login_id, login_id):
            near = Likeness.CLOSE
        if near is not None:
            found.append(Alike(name=name, login_id=login_id, likeness=near))
    found.sort(key=lambda one: (one.likeness is not Likeness.SAME, one.name, one.login_id))
    return tuple(found[:MAX_ALIKE])


def _account_of(entry: RegistryEntry) -> Account | None:
    found: Account | None = getattr(entry, "account", None)
    return found
