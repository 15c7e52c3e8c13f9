"""The bodies of sign-ups, resets, sessions and `/me`."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from comptexpert_server.config.schemas import Body, Code, Line

Email = Annotated[str, StringConstraints(max_length=254)]


class AgcIn(Body):
    """An association de gestion et de comptabilité, as its head names it."""

    name: Line
    siren: Annotated[str, StringConstraints(max_length=16)]


class SignupIn(Body):
    """A request for an account; which members count depends on the profile."""

    profile: Code
    kind: Annotated[str, StringConstraints(max_length=32)] | None = None
    entry_id: UUID | None = None
    registration_number: Annotated[Line, Field(max_length=64)] | None = None
    date_of_birth: date | None = None
    email: Email | None = None
    given_name: Annotated[Line, Field(max_length=120)] | None = None
    surname: Annotated[Line, Field(max_length=120)] | None = None
    agc: AgcIn | None = None
    firm_hint: Line | None = None
    grantor_entry_id: UUID | None = None
    login_id: Annotated[str, StringConstraints(max_length=254)]
    alternates: Annotated[list[Annotated[str, StringConstraints(max_length=254)]], Field(max_length=5)] | None = None


class SignupOut(Schema):
    """An accepted request; `claim` is the secret that lets its author follow it."""

    id: UUID
    status: str
    login_id: str
    masked_email: str
    claim: str


class SignupStatusOut(Schema):
    """Where a request stands."""

    id: UUID
    status: str
    login_id: str
    masked_email: str


class ResetIn(Body):
    """Whose password is forgotten: one of the two."""

    login_id: Annotated[str, StringConstraints(max_length=254)] | None = None
    email: Email | None = None


class AcceptedOut(Schema):
    """Taken; nothing more is said."""

    status: str = "accepted"


class SessionOut(Schema):
    """One place where the account is signed in."""

    id: str
    kind: str
    client: str
    device: str
    signed_in_at: datetime
    used_at: datetime
    expires_at: datetime | None
    current: bool


class SessionsOut(Schema):
    """All places where the account is signed in."""

    items: list[SessionOut]


class AccountOut(Schema):
    """The caller."""

    account_id: UUID
    login_id: str
    given_name: str
    surname: str
    profile: str
    kind: str
    masked_email: str
    entry_id: UUID | None
    may_grant: bool


class MyFirmOut(Schema):
    """A cabinet of the caller."""

    id: UUID
    siren: str
    name: str
    role: str


class ServiceAccessOut(Schema):
    """Whether a service is open to the caller, and why."""

    id: str
    name: str
    url: str
    access: str
    is_open: bool
    why: str
    rights: list[str]


class MyReviewOut(Schema):
    """A yearly review that is open in a firm for which the caller grants; `waiting` counts what nobody answered for."""

    firm_id: UUID
    review_id: UUID
    closes_on: date
    grace_until: date
    status: str
    total: int
    waiting: int


class CoverOut(Schema):
    """An absence that the caller covers now."""

    firm_id: UUID
    absent_entry_id: UUID
    absent_name: str
    ends_on: date


class MyAbsenceOut(Schema):
    """A colleague asks to cover the caller's absence, who may still object."""

    firm_id: UUID
    absence_id: UUID
    cover_name: str
    starts_at: datetime
    ends_on: date


class MeOut(Schema):
    """What the caller is and may do."""

    account: AccountOut
    firms: list[MyFirmOut]
    services: list[ServiceAccessOut]
    missing: list[str]
    covers: list[CoverOut]
    reviews: list[MyReviewOut]
    absences: list[MyAbsenceOut]
    version: str
