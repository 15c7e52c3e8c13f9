"""A cabinet as its grantors see it: its people, its terms, its habits (domain.md, BR-05, BR-12, BR-23, BR-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.vocabulary import AbsenceStatus

__all__ = [
    "ABSENCE_WAIT_HOURS",
    "ENOUGH_FOR_TWO",
    "Absence",
    "AbsenceStatus",
    "Expert",
    "FirmPage",
    "Invitation",
    "Member",
    "Person",
    "ReviewSummary",
    "Template",
    "TemplateGrant",
    "Terms",
    "Unused",
]

ENOUGH_FOR_TWO = 2
"""How many experts-comptables a cabinet needs before it may ask for two approvers (BR-12)."""

ABSENCE_WAIT_HOURS = 48
"""How long the absent colleague may object before a cover begins (BR-24)."""


@document
@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who grants for the cabinet; `account_id` is empty without a Comptexpert."""

    entry_id: str
    account_id: str = ""
    given_name: str = ""
    surname: str = ""

    @property
    def display_name(self) -> str:
        """« Prénom NOM »."""
        return f"{self.given_name} {self.surname.upper()}".strip()


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A collaborateur of the cabinet; `leaves_on` is the last day, when a departure is planned."""

    account_id: str
    login_id: str = ""
    given_name: str = ""
    surname: str = ""
    since: datetime
    leaves_on: date | None = None

    @property
    def display_name(self) -> str:
        """« Prénom NOM », or the identifiant when the name is unknown."""
        return f"{self.given_name} {self.surname.upper()}".strip() or self.login_id


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a service that the cabinet accepted."""

    service: str
    accepted_by_name: str = ""
    accepted_at: datetime
    accepted_by: str = ""
    """The account."""


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A right granted to an address whose holder has no Comptexpert yet."""

    delegation_id: str
    email: str = ""
    service: str
    rights: tuple[str, ...] = ()
    invited_at: datetime
    lapses_on: date | None = None


@document
@dataclass(frozen=True, slots=True)
class TemplateGrant:
    """Some rights of one service."""

    service: str
    rights: tuple[str, ...] = ()


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A set of rights that is granted in one gesture."""

    code: str
    name: str
    description: str = ""
    days: int
    grants: tuple[TemplateGrant, ...] = ()


@document
@dataclass(frozen=True, slots=True)
class Person:
    """One side of an absence."""

    entry_id: str
    given_name: str = ""
    surname: str = ""

    @property
    def display_name(self) -> str:
        """« Prénom NOM »."""
        return f"{self.given_name} {self.surname.upper()}".strip()


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Who decides in whose absence, and until when."""

    id: str
    absent: Person
    cover: Person
    reason: str = ""
    asked_at: datetime
    starts_at: datetime
    ends_on: date
    status: AbsenceStatus
    is_named: bool = False
    """The absent named the cover; otherwise the cover asked."""


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """A yearly review of the rights of the cabinet, in figures."""

    id: str
    opened_at: datetime
    opened_by_name: str = ""
    closes_on: date
    grace_until: date
    status: str
    """`open`, `grace` or `closed`."""
    total: int
    kept: int
    ended: int
    lapsed: int
    waiting: int


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSetting:
    """A change that weakens a control of the cabinet: it waits for a second person, or for the end of the notice."""

    setting: str
    """`two_approvers` or `review_on`."""
    value: bool | str = ""
    asked_by: str = ""
    """The account."""
    asked_by_name: str = ""
    takes_effect_at: datetime


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """An active right that nobody has used for 90 days or more, where the site of its service reports it (BR-36)."""

    delegation_id: str
    version: int
    person_name: str = ""
    service: str
    rights: tuple[str, ...] = ()
    last_used_on: date | None = None
    days: int
    proposed: bool = False
    """180 days or more: its end is proposed."""


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class FirmPage:
    """Everything that the cabinet's screen shows."""

    id: str
    siren: str = ""
    name: str
    version: int
    two_approvers: bool = False
    review_on: str = ""
    """« MM-DD », the day of the yearly review; empty when none was chosen."""
    experts: tuple[Expert, ...] = ()
    members: tuple[Member, ...] = ()
    terms: tuple[Terms, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    templates: tuple[Template, ...] = ()
    absences: tuple[Absence, ...] = ()
    reviews: tuple[ReviewSummary, ...] = ()
    pending_settings: tuple[PendingSetting, ...] = ()
    unused: tuple[Unused, ...] = ()

    def pending(self, setting: str) -> PendingSetting | None:
        """Return the change of a setting that waits, if any."""
        return next((one for one in self.pending_settings if one.setting == setting), None)

    @property
    def may_ask_two(self) -> bool:
        """Tell whether there are enough experts-comptables to ask for two approvers."""
        return len(self.experts) >= ENOUGH_FOR_TWO

    def terms_of(self, service: str) -> Terms | None:
        """Tell who accepted the terms of a service."""
        return next((one for one in self.terms if one.service == service), None)
