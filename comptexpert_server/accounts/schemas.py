"""The bodies of sign-ups and resets."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from comptexpert_server.web.schemas import Body, Code, Line

Email = Annotated[str, StringConstraints(max_length=254)]


BirthText = Annotated[
    str,
    StringConstraints(max_length=32),
    Field(description="ISO date; `1958-03-00` where the civil register has no day, `1958-00-00` without a month."),
]


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
    date_of_birth: BirthText | None = None
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
    """Where a request stands; `mail_refused` says that nobody takes mail at its address."""

    id: UUID
    status: str
    login_id: str
    masked_email: str
    mail_refused: bool = False


class ResetIn(Body):
    """Whose password is forgotten: one of the two."""

    login_id: Annotated[str, StringConstraints(max_length=254)] | None = None
    email: Email | None = None


class AcceptedOut(Schema):
    """Taken; nothing more is said."""

    status: str = "accepted"
