"""A firm as the API tells it to its grantors."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.web.schemas import Body, Code, Line, Note


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
    """A grantor who is away and the peer who decides in their place."""

    id: UUID
    absent: PersonOut
    cover: PersonOut
    reason: str
    asked_at: datetime
    starts_at: datetime
    ends_on: date
    status: AbsenceStatus
    is_named: bool
    """The absent named the cover; otherwise the cover asked."""


class PendingSettingOut(Schema):
    """A change of a setting that waits: for a peer who asks for the same, or for the end of the notice."""

    setting: str
    """`two_approvers` or `review_on`."""
    value: bool | str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    takes_effect_at: datetime


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
    review_on: Annotated[str, StringConstraints(pattern=r"^([0-9]{2}-[0-9]{2})?$")] | None = None
    templates: Annotated[list[TemplateIn], Field(max_length=20)] | None = None


class AbsenceIn(Body):
    """Exactly one of `absent` (the caller asks to cover a peer) and `cover` (the caller is away)."""

    absent: UUID | None = None
    cover: UUID | None = None
    starts_on: date | None = None
    """The first day, at most 90 days ahead; without it, as soon as it may begin."""
    ends_on: date
    reason: Note


class TermsIn(Body):
    """The service whose terms are accepted."""

    service: Code
