"""« Après ce geste »: what people keep, lose and gain by gestures that are not made yet (domain.md, BR-30).

The gestures are carried out in a transaction that is undone: what is shown is what the rules do, over all the rights of
the people, another grantor's included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from comptexpert_server.delegations import eligibility, requests, transitions
from comptexpert_server.delegations.decision_context import Decision
from comptexpert_server.delegations.decisions import decide
from comptexpert_server.delegations.models import LIVE, Delegation, Status
from comptexpert_server.delegations.rules import Action
from comptexpert_server.delegations.schemas import DelegationIn, EffectOut, EffectsOut, FirmRef, GestureOut
from comptexpert_server.delegations.selectors import complete, visible
from comptexpert_server.delegations.stretches import FOR_EVER, beyond, overlap, stretches_of
from comptexpert_server.firms.selectors import granted_firm
from comptexpert_server.firms.services import cancel_departure, plan_departure
from comptexpert_server.sessions.token_families import SignIn
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.schemas import GestureIn
    from comptexpert_server.delegations.stretches import Stretch

ANY_NOTE = "…"
"""A refusal says why: what it says changes nothing of what it does."""


@dataclass
class _Concerned:
    """Whose rights the gestures touch."""

    accounts: set[UUID] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)

    def add(self, made: Delegation) -> None:
        """Count the holder of a delegation among them."""
        if made.grantee_id is None:
            self.addresses.add(made.invited_email.lower())
        else:
            self.accounts.add(made.grantee_id)

    def held(self) -> list[Delegation]:
        """Read all their rights."""
        invited = Q(grantee=None, address__in=self.addresses)
        found = Delegation.objects.annotate(address=Lower("invited_email")).filter(
            Q(grantee__in=self.accounts) | invited, status__in=LIVE
        )
        return list(complete(found))


def effects_of(account: Account, *, gestures: Sequence[GestureIn], now: datetime, today: date) -> EffectsOut:
    """Return what gestures would change for those whom they touch; raise what a gesture alone would raise.

    Of several, each stands on its own: one that would be refused says so and changes nothing.
    """
    concerned, outcomes = _Concerned(), []
    with transaction.atomic():
        with transaction.atomic():
            for gesture in gestures:
                try:
                    with transaction.atomic():
                        made = _carry_out(account, gesture=gesture, concerned=concerned, now=now, today=today)
                except ProblemError as problem:
                    if len(gestures) == 1:
                        raise
                    outcomes.append(GestureOut(status=None, code=problem.code))
                else:
                    outcomes.append(GestureOut(status=None if made is None else Status(made.status)))
            after = stretches_of(concerned.held(), today=today)
            transaction.set_rollback(True)
        before = stretches_of(concerned.held(), today=today)
    return EffectsOut(
        gestures=outcomes,
        keeps=_shown(overlap(after, before)),
        loses=_shown(beyond(before, after)),
        gains=_shown(beyond(after, before)),
    )


def _carry_out(
    account: Account, *, gesture: GestureIn, concerned: _Concerned, now: datetime, today: date
) -> Delegation | None:
    """Make one gesture; return the delegation that it moved or made, or None for somebody's departure."""

    def proof() -> SignIn:  # nothing is given: the gesture itself will ask for the real one
        return SignIn(at=now, second_factor=True)

    if gesture.member is not None:
        _leave(account, gesture=gesture, member=gesture.member, now=now, today=today)
        concerned.accounts.add(gesture.member)
        return None
    if gesture.id is None:
        grant = DelegationIn(**gesture.model_dump(mode="json", include=set(DelegationIn.model_fields)))
        made = requests.begin(account, requested=grant, signed_in=proof, now=now, today=today)
    else:
        seen = visible(account, delegation_id=gesture.id)
        concerned.add(seen)
        decision = Decision(
            action=gesture.decision,
            version=seen.version if gesture.version is None else gesture.version,
            rights=None if gesture.rights is None else tuple(gesture.rights),
            valid_from=gesture.valid_from,
            valid_until=gesture.valid_until,
            at=gesture.at,
            grantor=gesture.grantor,
            note=gesture.note or (ANY_NOTE if gesture.action is Action.REFUSE else ""),
            email=gesture.email,
        )
        made = decide(account, delegation_id=gesture.id, decision=decision, signed_in=proof, now=now, today=today)
    concerned.add(made)
    return made


def _leave(account: Account, *, gesture: GestureIn, member: UUID, now: datetime, today: date) -> None:
    """Let somebody leave a firm now, or at the end of a day; or stay after all."""
    assert gesture.firm is not None
    firm = granted_firm(account, firm_id=gesture.firm)
    transitions.lock_writer()  # the first lock of every writer: the register's comes after it
    if gesture.stays:
        cancel_departure(firm, account_id=member, actor=account.pk, at=now)
    elif gesture.at is None:
        eligibility.member_left(firm, account_id=member, at=now, actor=account.pk)
    elif gesture.at < today:
        raise invalid(at="IN_THE_PAST")
    else:
        plan_departure(firm, account_id=member, on=gesture.at, actor=account.pk, at=now)


def _shown(stretches: Iterable[Stretch]) -> list[EffectOut]:
    return [
        EffectOut(
            service=one.service,
            right=one.right,
            firm=FirmRef(id=one.firm_id, siren=one.siren, name=one.firm_name),
            first=one.first,
            until=None if one.last == FOR_EVER else one.last,
            by=one.by,
            missing=list(one.missing),
            holder=one.holder,
        )
        for one in stretches
    ]
