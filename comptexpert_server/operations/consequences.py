"""What a restoration or another epoch would undo, counted before anything is done; wide consequences are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.sessions.models import TokenFamily

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SHARE = 0.05
"""Of the accounts, of the lines of the registers or of the people signed in, that ends without being asked."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """How many of something would go, of how many."""

    count: int
    of: int

    def is_wide(self, *, allowed: int) -> bool:
        """Return whether more goes than goes without asking."""
        return self.count > allowed and self.count > MAX_SHARE * self.of

    def __str__(self) -> str:
        return f"{self.count} of {self.of}"


def forgotten_by(made_at: str) -> dict[str, Loss]:
    """Count the accounts and the lines of the registers that are younger than a backup, an ISO time."""
    moment = datetime.fromisoformat(made_at)
    return {
        "accounts": Loss(count=Account.objects.filter(created_at__gt=moment).count(), of=Account.objects.count()),
        "lines": Loss(count=AuditEvent.objects.filter(at__gt=moment).count(), of=AuditEvent.objects.count()),
    }


def signed_out() -> Loss:
    """Count the people who would have to sign in again, of those who can."""
    people = set(TokenFamily.objects.values_list("account_id", flat=True))
    people |= set(UserSession.objects.values_list("user_id", flat=True))
    return Loss(count=len(people), of=Account.objects.filter(is_active=True).count())


def counts(losses: Mapping[str, Loss]) -> dict[str, int]:
    """Return the figures that are printed."""
    return {name: loss.count for name, loss in losses.items()}
