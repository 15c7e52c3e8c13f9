"""Delegations: one grantee, one service, some rights of it, one firm (domain.md, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.vocabulary import Action, Status

__all__ = [
    "Action",
    "Decision",
    "Delegation",
    "DelegationId",
    "DelegationPage",
    "DelegationQuery",
    "DelegationRow",
    "Firm",
    "NewRequest",
    "Party",
    "PendingIntent",
    "Role",
    "Status",
]

DelegationId = NewType("DelegationId", str)


class Role(StrEnum):
    """The side from which a person looks at a delegation."""

    GRANTOR = "grantor"
    GRANTEE = "grantee"


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """Nobody of a cabinet may grant any more; a Conseil régional may name a stand-in (BR-35)."""

    since: datetime
    stand_in_name: str = ""
    """Empty while nobody is named."""
    ends_on: date | None = None
    council_name: str = ""
    council_email: str = ""


@document
@dataclass(frozen=True, slots=True)
class Firm:
    """A cabinet."""

    id: str
    siren: str = ""
    name: str = ""
    role: str = ""
    """Of the person who is signed in: `grantor` or `staff`; empty where the server does not say."""
    leaves_on: date | None = None
    """Their last day there, when their departure is planned."""
    vacancy: Vacancy | None = None
    """For its staff, when nobody of it may grant any more."""


@document
@dataclass(frozen=True, slots=True)
class Party:
    """One side of a delegation; `account_id` is empty while the person has no account."""

    account_id: str = ""
    login_id: str = ""
    given_name: str = ""
    surname: str = ""
    entry_id: str = ""
    email: str = ""
    """Only for an invitation."""

    @property
    def display_name(self) -> str:
        """« Prénom NOM », or the identifiant, or the address invited, when the name is unknown."""
        return f"{self.given_name} {self.surname.upper()}".strip() or self.login_id or self.email


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """One delegation as the server last told it."""

    id: DelegationId
    version: int
    firm: Firm
    service: str
    rights: tuple[str, ...]
    grantor: Party
    grantee: Party
    status: Status
    origin: str = ""
    reason: str = ""
    decision_note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    requested_at: datetime
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    end_cause: str = ""
    effective: bool = False
    missing: tuple[str, ...] = ()
    """Codes of what keeps a granted right from being operational (DEL_CERT_REQUIRED, DEL_TERMS)."""
    supersedes: str = ""
    first_approver: str = ""
    """The account that gave the first of two approvals; empty where none did, or where the server does not say."""
    effective_rights: tuple[str, ...] = ()
    """Those of the rights that may be used now; empty too where an earlier version wrote this down."""
    leaves_on: date | None = None
    """The day on whose evening the grantee leaves the firm, and the right ends with it, when that is planned."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides; each path of the API takes some of it."""

    action: Action
    note: str = ""
    rights: tuple[str, ...] | None = None
    valid_until: date | None = None
    at: date | None = None
    """The last day of what is revoked; None is now."""
    grantor: str = ""
    """The registry entry of the expert-comptable who takes over."""
    valid_from: date | None = None
    email: str = ""
    """The address to which an invitation goes from now on."""


@dataclass(frozen=True, slots=True)
class PendingIntent:
    """What this machine has decided and not yet transmitted, laid over the server's delegation."""

    outbox_id: str
    action: Action
    status: str
    code: str


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """One line of the review table: the server's truth and what waits on this machine."""

    delegation: Delegation
    role: Role
    intent: PendingIntent | None
    renewed_until: date | None = None
    """The last day of what goes on with the same rights once this ends; None when nothing does."""


@dataclass(frozen=True, slots=True)
class DelegationQuery:
    """What the review table shows."""

    role: Role
    text: str = ""
    statuses: frozenset[Status] = frozenset()
    firm: Firm | None = None
    service: str = ""
    right: str = ""
    """A right of that service, or of any."""
    effect: str = ""
    """`effective`, or `missing`: granted, and something keeps it from being used."""
    also: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """For a word looked for, the rights whose name on screen holds it, as (service, right); all of a service: ""."""
    ends_from: date | None = None
    ends_by: date | None = None
    """The last day lies between these two, when they are given."""
    ids: frozenset[str] = frozenset()
    """These lines alone; empty is all of them."""
    sort: str = "priority"
    """`priority` (what waits first), `person`, `service`, `status`, `valid_until`, `requested_at`, `firm`."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a collaborateur asks of an expert-comptable; or, with a grantee, what an expert-comptable grants."""

    service: str
    rights: tuple[str, ...]
    grantor_entry_id: str
    grantor_name: str
    firm_id: str
    reason: str
    valid_from: date | None = None
    valid_until: date | None = None
    grantee: str = ""
    """An account's id, an identifiant or, for an invitation, an address; empty when one asks for oneself."""


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """A stretch of the review table, and how many lines the whole has."""

    total: int
    rows: tuple[DelegationRow, ...]
