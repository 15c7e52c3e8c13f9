"""What follows, in the same transaction, when the registry's word about a person changes (domain.md, BR-25).

An import and an operator's correction call the same function: the address of the account moves, what may no longer be
granted or held ends, the register has a line, and the person is told at both addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.addresses import move_address
from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.services import record
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import eligibility, succession_notices, transitions
from comptexpert_server.delegations.entitlement import access_for
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.delegations.profile_change import ProfileChange, compare
from comptexpert_server.registry.models import Firm
from comptexpert_server.registry.profiles import LIST_NAMES
from comptexpert_server.registry.selectors import council

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.registry.models import RegistryEntry

STANDING = frozenset({"list", "status", "firms"})
"""What decides whether somebody may grant, and for which cabinets."""
NAMES = frozenset({"surname", "given_name"})
SAID = {
    "registration_number": "le numéro d’inscription",
    "surname": "le nom",
    "given_name": "le prénom",
    "date_of_birth": "la date de naissance",
    "email": "l’adresse de courriel",
    "list": "la liste",
    "status": "la situation",
    "firms": "les cabinets",
}
"""The members whose change the holder is told, as the mail names them."""


@dataclass(frozen=True, kw_only=True)
class Former:
    """What an entry said before it changed."""

    email: str
    list: str


def former_of(entry: RegistryEntry) -> Former:
    """Return what an entry says now, before it is changed."""
    return Former(email=entry.email, list=entry.list)


@transaction.atomic
def follow(
    entry: RegistryEntry, *, members: Collection[str], former: Former, at: datetime, actor: UUID | None = None
) -> None:
    """Let the account and the rights of a person follow their entry, of which `members` changed."""
    account = Account.objects.select_related("entry").filter(entry=entry).first()
    granted = succession_notices.given_by(entry) if STANDING & set(members) else []
    ceased = eligibility.entry_changed(entry, at=at, actor=actor) if STANDING & set(members) else 0
    addresses = {former.email, entry.email}
    change = None
    if account is not None:
        account.entry = entry
        addresses.add(account.email)
        if "email" in members and entry.email and account.email != entry.email.lower():
            move_address(account, to=entry.email.lower(), at=at)
        if "list" in members:
            change = compare(account, before=former.list, after=entry.list)
            ceased += profile_changed(account, before=former.list, at=at, actor=actor)
        if NAMES & set(members):
            eligibility.touch(Delegation.objects.filter(Q(grantee=account) | Q(grantor=entry)))
    if granted:
        succession_notices.tell_peers(entry, before=former.list, granted=granted)
    if account is not None or actor is not None:
        _tell(entry, account=account, addresses=addresses, members=members, change=change, ceased=ceased, at=at)


def attach(account: Account, *, entry: RegistryEntry, at: datetime, actor: UUID | None) -> None:
    """Let an account be that of an entry: its number is new, its mandate is confirmed, or two accounts are joined.

    The address moves to that of the entry, what the new profile has by itself or may not have ends, and who is
    concerned is told.
    """
    before = account.profile
    with transaction.atomic():
        transitions.lock_writer()
        account.entry = entry
        account.save(update_fields=["entry"])
        if entry.email and account.email != entry.email.lower():
            former = account.email
            move_address(account, to=entry.email.lower(), at=at)
            mails.send_notice(account, to=former, what="Votre adresse est maintenant celle du tableau de l’Ordre.")
        if before != entry.list:
            profile_changed(account, before=before, at=at, actor=actor)
        eligibility.touch(Delegation.objects.filter(Q(grantee=account) | Q(grantor=entry)))


def profile_changed(account: Account, *, before: str, at: datetime, actor: UUID | None) -> int:
    """End the rights that the new profile has by itself or may not have; write a line in the registers concerned."""
    entry = account.entry
    assert entry is not None
    transitions.lock_writer()
    services = [service.id for service in catalogue().services if access_for(account, service) != "delegation"]
    held = Delegation.objects.filter(grantee=account, service__in=services, status__in=(*OPEN, *LIVE))
    ended = eligibility.cease(held, cause="profile_changed", at=at, actor=actor)
    firms = Firm.objects.filter(Q(entries=entry) | Q(memberships__account=account, memberships__ended_at=None))
    said = {"from": before, "to": entry.list}
    for firm_id in [*sorted(firms.values_list("pk", flat=True).distinct()), None]:
        record(
            firm_id=firm_id, at=at, actor=actor, action="member.profile_changed", object_id=str(account.pk), data=said
        )
    return ended


def _tell(
    entry: RegistryEntry,
    *,
    account: Account | None,
    addresses: Collection[str],
    members: Collection[str],
    change: ProfileChange | None,
    ceased: int,
    at: datetime,
) -> None:
    """Write to the holder, at the former address too: who takes an account over cannot hide it."""
    what = ", ".join(word for name, word in SAID.items() if name in members)
    if not what:
        return
    found = council(entry.council)
    values: dict[str, str | int] = {"council": str(found["name"]) if found else "votre Conseil régional"}
    if account is not None and account.is_active:
        values |= {"login_id": account.login_id, "moved": "email" in members and bool(entry.email)}
    if change is not None:
        values |= {
            "list_name": LIST_NAMES.get(entry.list, entry.list),
            "opens": ", ".join(change.opens),
            "closes": ", ".join(change.closes),
            "by_delegation": ", ".join(change.by_delegation),
            "may_grant": change.may_grant,
        }
    for address in sorted(set(addresses) - {""}):
        mails.send_entry_changed(entry, to=address, when=at, what=what, ended=ceased, values=values)
