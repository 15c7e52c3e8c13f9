"""Who is signed in, and what the server says that they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.delegation import Firm
from comptexpert_desktop.domain.review import OpenReview


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in or a refresh gives; kept out of every repr."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    subject: str


@document
@dataclass(frozen=True, slots=True)
class Account:
    """A person with a Comptexpert."""

    account_id: str
    login_id: str
    given_name: str = ""
    surname: str = ""
    profile: str = ""
    kind: str = ""
    may_grant: bool = False
    masked_email: str = ""
    entry_id: str = ""
    weekly_mails: bool = False
    """Whether what asks nothing of the person is told in one mail a week."""

    @property
    def display_name(self) -> str:
        """« Prénom NOM »."""
        return f"{self.given_name} {self.surname.upper()}".strip() or self.login_id


@document
@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """What an account may open, and why or why not."""

    service: str
    name: str = ""
    url: str = ""
    access: str = ""
    is_open: bool = False
    why: str = ""
    rights: tuple[str, ...] = ()
    """Effective rights, by their codes."""


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """An absent expert-comptable for whom the account decides, in one firm, until a day (BR-24)."""

    firm_id: str
    absent_entry_id: str
    absent_name: str = ""
    ends_on: date


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAsked:
    """A colleague who asks to cover the account's absence, and to whom it may still object."""

    firm_id: str
    absence_id: str
    cover_name: str = ""
    ends_on: date


@document
@dataclass(frozen=True, slots=True)
class Mandate:
    """Where the mandate of somebody stands who says to head an AGC (BR-37)."""

    status: str
    """`waiting`, `confirmed`, `refused` or `ended`."""
    agc_name: str = ""
    reason: str = ""
    """Why the council refused, in its words."""


@document
@dataclass(frozen=True, slots=True)
class Me:
    """The answer of `GET /me`."""

    account: Account
    firms: tuple[Firm, ...] = ()
    services: tuple[ServiceAccess, ...] = ()
    missing: tuple[str, ...] = ()
    covers: tuple[Covering, ...] = ()
    reviews: tuple[OpenReview, ...] = ()
    """The yearly reviews that are open where the account grants."""
    absences: tuple[CoverAsked, ...] = ()
    mandate: Mandate | None = None


@document
@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A place where the account is signed in, as the server tells it."""

    id: str
    kind: str
    """`application` or `browser`."""
    client: str = ""
    device: str = ""
    signed_in_at: datetime
    used_at: datetime
    is_this_one: bool = False
