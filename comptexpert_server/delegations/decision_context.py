"""A decision, as a person makes it, and what its story needs to carry it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_server.delegations import transitions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.catalogue.catalogue import Service
    from comptexpert_server.delegations.models import Delegation
    from comptexpert_server.delegations.rules import Action, Role


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decides, about the version that they saw."""

    action: Action
    version: int
    rights: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    at: date | None = None
    grantor: UUID | None = None
    note: str = ""
    email: str = ""
    """The address to which an invitation goes from now on."""
    cause: str = "revoked"
    """Why a revocation ends the right, as `end_cause` says it."""


@dataclass(frozen=True, kw_only=True)
class DecisionContext:
    """A decision about to be made: who, about what, when."""

    account: Account
    delegation: Delegation
    service: Service | None
    """None once it left the catalogue; never so for what gives a right."""
    decision: Decision
    now: datetime
    today: date
    roles: frozenset[Role]
    """What the person is to the delegation."""
    stand_in: transitions.StandIn | None
    """Given when the person decides in the named grantor's place."""

    @property
    def open_service(self) -> Service:
        """Give the service of a decision that gives a right."""
        assert self.service is not None
        return self.service

    def move(self, action: str, *, data: Mapping[str, object] | None = None, **changes: object) -> Delegation:
        """Move the delegation in this person's name."""
        return transitions.move(
            self.delegation,
            action=action,
            actor=self.account.pk,
            at=self.now,
            data=data,
            stand_in=self.stand_in,
            **changes,
        )
