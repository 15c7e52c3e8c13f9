"""« Je change de statut »: what was, and what each other profile would open, close and end (domain.md, BR-25)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.delegations.profile_change import compare
from comptexpert_server.delegations.schemas import FirmRef
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms.selectors import STANDING, may_grant
from comptexpert_server.me.schemas import OtherProfileOut, ProfileStepOut, ProfileStoryOut, SuccessionOut
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.profiles import GRANTING_LISTS, LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from comptexpert_server.accounts.models import Account

MAX_STEPS = 50


def story_of(account: Account) -> ProfileStoryOut:
    """Return the profiles that a person had, and what each other one would change."""
    held = list(Delegation.objects.filter(grantee=account, status__in=(*OPEN, *LIVE)).values_list("service", flat=True))
    granted = _granted(account)
    return ProfileStoryOut(
        profile=account.profile,
        may_grant=may_grant(account),
        steps=_steps(account),
        others=[_other(account, profile=one, held=held) for one in LISTS if one != account.profile],
        granted=granted,
    )


def _other(account: Account, *, profile: str, held: Sequence[str]) -> OtherProfileOut:
    change = compare(account, before=account.profile, after=profile)
    services = {service.id: service for service in catalogue().services}
    ends = [
        one for one in held if one in services and services[one].access_for(profile=profile, kind="") != "delegation"
    ]
    return OtherProfileOut(
        profile=profile,
        opens=list(change.opens),
        closes=list(change.closes),
        by_delegation=list(change.by_delegation),
        may_grant=profile in GRANTING_LISTS,
        ends_held=len(ends),
    )


def _steps(account: Account) -> list[ProfileStepOut]:
    events = AuditEvent.objects.filter(firm=None, action="member.profile_changed", object_id=str(account.pk))
    return [
        ProfileStepOut(at=event.at, before=str(event.data["from"]), after=str(event.data["to"]))
        for event in events.order_by("-number")[:MAX_STEPS]
    ]


def _granted(account: Account) -> list[SuccessionOut]:
    """List what the person granted or is asked for, each with how many others could take it over."""
    if account.entry_id is None:
        return []
    mine = complete(Delegation.objects.filter(grantor=account.entry_id, status__in=(*OPEN, *LIVE)))
    found = list(mine.order_by("firm__name", "requested_at", "pk"))
    peers = _peers(account.entry_id, firms={one.firm_id for one in found})
    return [
        SuccessionOut(
            delegation_id=one.pk,
            firm=FirmRef(id=one.firm.pk, siren=one.firm.siren, name=one.firm.name),
            service=one.service,
            holder=one.invited_email if one.grantee is None else one.grantee.get_full_name() or one.grantee.login_id,
            peers=peers[one.firm_id],
        )
        for one in found
    ]


def _peers(entry_id: UUID, *, firms: set[UUID]) -> Counter[UUID]:
    links = RegistryEntry.firms.through.objects.filter(
        firm__in=firms, registryentry__in=RegistryEntry.objects.filter(STANDING).exclude(pk=entry_id)
    )
    return Counter(links.values_list("firm_id", flat=True))
