"""A firm as the API tells it to its grantors."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from comptexpert_server.config.schemas import Body, Code


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


class TermsOut(Schema):
    """Terms that the firm accepted."""

    service: str
    accepted_by: UUID
    accepted_at: datetime


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


class FirmIn(Body):
    """What a grantor may set."""

    two_approvers: bool


class TermsIn(Body):
    """The service whose terms are accepted."""

    service: Code
