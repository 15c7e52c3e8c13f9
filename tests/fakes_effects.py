"""The part of the fake server that says what gestures would change: rights of one delegation, today to its last day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.commands import Decide
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.effects import Effect, Effects, Outcome
from comptexpert_desktop.domain.identity import Identity
from comptexpert_desktop.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.attestation import Drawn
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.effects import Gesture

AFTER = {
    Action.APPROVE: Status.ACTIVE,
    Action.REFUSE: Status.REFUSED,
    Action.REVOKE: Status.REVOKED,
    Action.RELINQUISH: Status.REVOKED,
    Action.SUSPEND: Status.SUSPENDED,
    Action.WITHDRAW: Status.WITHDRAWN,
    Action.RESUME: Status.ACTIVE,
    Action.RENEW: Status.ACTIVE,
    Action.TRANSFER: Status.PENDING,
    Action.PROLONG: Status.PENDING,
}


@dataclass
class EffectsFake:
    """Answers from the delegations that it holds; remembers what it was asked."""

    effects_asked: list[tuple[Gesture, ...]] = field(default_factory=list)
    attested_days: list[date | None] = field(default_factory=list)
    attestations: dict[tuple[str, str], Drawn] = field(default_factory=dict)
    """By firm and account."""

    if TYPE_CHECKING:
        delegations: dict[str, Delegation]
        time: datetime

        def _signed_in(self, token: str) -> Any: ...

    def attestation(self, firm_id: str, *, account_id: str, token: str, on: date | None = None) -> Drawn:
        self.attested_days.append(on)
        self._signed_in(token)
        if (firm_id, account_id) not in self.attestations:
            raise Refused("NOT_FOUND")
        return self.attestations[firm_id, account_id]

    def identity(self, delegation_id: str, *, token: str) -> Identity:
        """Describe the grantee to everybody but themselves, and the grantor to them."""
        viewer = self._signed_in(token).account.account_id
        about = self.delegations.get(delegation_id)
        if about is None:
            raise Refused("NOT_FOUND")
        is_mine = about.grantee.account_id == viewer
        one = about.grantor if is_mine else about.grantee
        others = [
            other
            for other in self.delegations.values()
            if other.id != about.id and other.firm == about.firm and other.grantee == about.grantee
        ]
        return Identity(
            login_id=one.login_id,
            given_name=one.given_name,
            surname=one.surname,
            profile="expert_comptable" if is_mine else "other",
            masked_email="" if is_mine else "l•••@r•••.example",
            role="grantor" if is_mine else "staff" if others else "none",
            earlier=len(others),
            is_first_high_risk=not any(other.decided_at is not None for other in others),
        )

    def show_effects(self, gestures: Sequence[Gesture], *, token: str) -> Effects:
        self._signed_in(token)
        self.effects_asked.append(tuple(gestures))
        outcomes: list[Outcome] = []
        before: list[Effect] = []
        after: list[Effect] = []
        for gesture in gestures:
            if not isinstance(gesture, Decide):
                outcomes.append(Outcome())
                continue
            about = self.delegations.get(gesture.delegation_id)
            if about is None:
                raise Refused("NOT_FOUND")
            status = AFTER.get(gesture.action, about.status)
            outcomes.append(Outcome(status))
            before += self._held(about, about.status, about.rights)
            is_whole = gesture.rights is None or gesture.action in {Action.BROADEN, Action.EDIT}
            after += self._held(about, status, about.rights if is_whole else gesture.rights or ())
        return Effects(
            tuple(outcomes),
            keeps=tuple(one for one in after if one in before),
            loses=tuple(one for one in before if one not in after),
            gains=tuple(one for one in after if one not in before),
        )

    def _held(self, about: Delegation, status: Status, rights: tuple[str, ...]) -> list[Effect]:
        if status is not Status.ACTIVE:
            return []
        by, holder = about.grantor.display_name, about.grantee.display_name
        first = self.time.date()
        return [Effect(about.service, right, about.firm, first, about.valid_until, by, holder) for right in rights]
