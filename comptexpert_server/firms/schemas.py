"""A firm as the API tells it to its grantors."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from comptexpert_server.config.schemas import Body, Code, Line, Note
from comptexpert_server.firms.models import AbsenceStatus


class ExpertOut(Schema):
    """Someone who grants for the firm."""

    entry_id: UUID
    account_id: UUID | None
    given_name: str
    surname: str


class MemberOut(Schema):
    """A collaborateur of the firm."""

    account_id: UUID
    login_id: str
    given_name: str
    surname: str
    since: datetime
    leaves_on: date | None


class TermsOut(Schema):
    """Terms that the firm accepted."""

    service: str
    accepted_by: UUID
    accepted_by_name: str
    accepted_at: datetime


class InvitationOut(Schema):
    """A right that waits for its holder to have an account."""

    delegation_id: UUID
    email: str
    service: str
    rights: list[str]
    invited_at: datetime
    lapses_on: date


class GrantOut(Schema):
    """Some rights of one service."""

    service: str
    rights: list[str]


class TemplateOut(Schema):
    """What a function in the firm needs, granted in one gesture."""

    code: str
    name: str
    description: str
    days: int
    grants: list[GrantOut]


class PersonOut(Schema):
    """Someone of the registry."""

    entry_id: UUID
    given_name: str
    surname: str


class AbsenceOut(Schema):
    """A grantor who is away and the peer who decides in his place."""

    id: UUID
    absent: PersonOut
    cover: PersonOut
    reason: str
    asked_at: datetime
    starts_at: datetime
    ends_on: date
    status: AbsenceStatus


class ReviewRowOut(Schema):
    """A yearly review and how far it is."""

    id: UUID
    opened_at: datetime
    opened_by_name: str
    closes_on: date
    grace_until: date
    status: Literal["open", "grace", "closed"]
    total: int
    kept: int
    ended: int
    lapsed: int
    waiting: int


class FirmOut(Schema):
    """A firm, its people, its terms and its settings."""

    id: UUID
    siren: str
    name: str
    version: int
    two_approvers: bool
    experts: list[ExpertOut]
    members: list[MemberOut]
    terms: list[TermsOut]
    review_on: str
    invitations: list[InvitationOut]
    templates: list[TemplateOut]
    absences: list[AbsenceOut]
    reviews: list[ReviewRowOut]


class GrantIn(Body):
    """Some rights of one service."""

    service: Code
    rights: Annotated[list[Code], Field(min_length=1, max_length=16)]


class TemplateIn(Body):
    """What a function in the firm needs."""

    code: Code
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    description: Annotated[Note, Field(max_length=200)] = ""
    days: Annotated[int, Field(ge=1, le=730)]
    grants: Annotated[list[GrantIn], Field(min_length=1, max_length=16)]


class FirmIn(Body):
    """What a grantor may set; what is left out stays. An empty list of templates brings the usual ones back."""

    two_approvers: bool | None = None
    review_on: Annotated[str, StringConstraints(pattern=r"^(\d\d-\d\d)?$")] | None = None
    templates: Annotated[list[TemplateIn], Field(max_length=20)] | None = None


class AbsenceIn(Body):
    """Exactly one of `absent` (the caller asks to cover a peer) and `cover` (the caller is away)."""

    absent: UUID | None = None
    cover: UUID | None = None
    ends_on: date
    reason: Note


class TermsIn(Body):
    """The service whose terms are accepted."""

    service: Code
