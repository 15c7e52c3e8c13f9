"""« Je change de statut »: the profiles that a person had, and what each other one would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.delegation import Firm


@document
@dataclass(frozen=True, slots=True)
class ProfileStep:
    """A change of profile that happened."""

    at: datetime
    before: str
    after: str


@document
@dataclass(frozen=True, slots=True)
class OtherProfile:
    """What another profile would change; services by their names."""

    profile: str
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    by_delegation: tuple[str, ...] = ()
    """What the profile opens by itself today and would need a delegation."""
    may_grant: bool = False
    ends_held: int = 0
    """How many rights and requests of the person would end."""


@document
@dataclass(frozen=True, slots=True)
class Succession:
    """What the person granted, or is asked for."""

    delegation_id: str
    firm: Firm
    service: str
    holder: str
    peers: int = 0
    """How many others grant for the firm."""


@document
@dataclass(frozen=True, slots=True)
class ProfileStory:
    """The latest change first, and every other profile of the registry."""

    profile: str
    may_grant: bool = False
    steps: tuple[ProfileStep, ...] = ()
    others: tuple[OtherProfile, ...] = ()
    granted: tuple[Succession, ...] = ()

    def other(self, profile: str) -> OtherProfile | None:
        """Return what another profile would change; None for the present one."""
        return next((one for one in self.others if one.profile == profile), None)
