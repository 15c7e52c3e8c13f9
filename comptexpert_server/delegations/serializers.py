"""Turn delegations into what the API tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_server.delegations.entitlement import Facts, entitlement_of, facts_of
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.schemas import DelegationOut, FirmRef, Party

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptexpert_server.delegations.models import Delegation
    from comptexpert_server.registry.models import RegistryEntry


def delegations_out(delegations: Sequence[Delegation], *, today: date) -> list[DelegationOut]:
    """Tell several delegations with three more queries."""
    facts = facts_of(delegations, today=today)
    return [_out(delegation, facts=facts) for delegation in delegations]


def delegation_out(delegation: Delegation, *, today: date) -> DelegationOut:
    """Tell one delegation."""
    return delegations_out([delegation], today=today)[0]


def _out(delegation: Delegation, *, facts: Facts) -> DelegationOut:
    entitlement = entitlement_of(delegation, facts=facts)
    firm = delegation.firm
    return DelegationOut(
        id=delegation.pk,
        version=delegation.version,
        firm=FirmRef(id=firm.pk, siren=firm.siren, name=firm.name),
        service=delegation.service,
        rights=delegation.rights,
        grantor=_grantor(delegation.grantor),
        grantee=_grantee(delegation),
        status=Status(delegation.status),
        origin=delegation.origin,
        reason=delegation.reason,
        decision_note=delegation.decision_note,
        valid_from=delegation.valid_from,
        valid_until=delegation.valid_until,
        requested_at=delegation.requested_at,
        decided_at=delegation.decided_at,
        ended_at=delegation.ended_at,
        end_cause=delegation.end_cause,
        supersedes=delegation.supersedes_id,
        first_approver=delegation.first_approver_id,
        effective=entitlement.is_effective,
        effective_rights=list(entitlement.rights),
        missing=list(entitlement.missing),
        leaves_on=facts.last_day(delegation),
    )


def _grantor(entry: RegistryEntry) -> Party:
    account = getattr(entry, "account", None)
    return Party(
        account_id=None if account is None else account.pk,
        entry_id=entry.pk,
        login_id="" if account is None else account.login_id,
        given_name=entry.given_name,
        surname=entry.surname,
    )


def _grantee(delegation: Delegation) -> Party:
    account = delegation.grantee
    if account is None:
        return Party(email=delegation.invited_email)
    return Party(
        account_id=account.pk,
        entry_id=account.entry_id,
        login_id=account.login_id,
        given_name=account.given_name,
        surname=account.surname,
    )
