"""Delegations as the API takes and tells them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, PlainSerializer, StringConstraints

from comptexpert_server.config.schemas import Body, Code, Line, Note
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.rules import Action

Moment = Annotated[datetime, PlainSerializer(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), return_type=str)]
"""A moment in UTC, ISO 8601 with Z."""
Rights = Annotated[list[Code], Field(min_length=1, max_length=16)]
Address = Annotated[str, StringConstraints(max_length=254)]


class FirmRef(Schema):
    """A firm, as a delegation names it."""

    id: UUID
    siren: str
    name: str


class Party(Schema):
    """One side of a delegation; an invitation has an e-mail and nothing else."""

    account_id: UUID | None = None
    entry_id: UUID | None = None
    login_id: str = ""
    given_name: str = ""
    surname: str = ""
    email: str = ""


class DelegationOut(Schema):
    """One delegation; `effective` is computed now, `missing` says what a granted right still lacks."""

    id: UUID
    version: int
    firm: FirmRef
    service: str
    rights: list[str]
    grantor: Party
    grantee: Party
    status: Status
    origin: str
    reason: str
    decision_note: str
    valid_from: date | None
    valid_until: date | None
    requested_at: Moment
    decided_at: Moment | None
    ended_at: Moment | None
    end_cause: str
    supersedes: UUID | None
    first_approver: UUID | None
    """The account that gave the first of two approvals, while or after both are asked; never the same as the second."""
    effective: bool
    missing: list[str]


class DelegationPage(Schema):
    """A page of delegations, those that changed last first; `next` is the cursor of the next page, or nothing."""

    items: list[DelegationOut]
    next: str


class Search(Schema):
    """Which delegations to list; `status` is a list separated by commas."""

    role: Literal["grantor", "grantee"] | None = None
    status: Annotated[str, StringConstraints(max_length=200)] = ""
    firm: UUID | None = None
    q: Line = ""
    cursor: Annotated[str, StringConstraints(pattern=r"^(\d{1,18}~[0-9a-f-]{36})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ImportLine(Schema):
    """What a line of a file gives: a delegation, or a problem; the header is line 1."""

    line: int
    code: str = ""
    delegation: DelegationOut | None = None
    problem: dict[str, object] | None = None


class ImportOut(Schema):
    """A file, previewed or applied; one faulty line keeps the whole file from being applied."""

    applied: bool
    accepted: int
    refused: int
    lines: list[ImportLine]


class SyncOut(Schema):
    """What changed since a cursor; with `full`, everything that the caller may see."""

    cursor: str
    full: bool
    delegations: list[DelegationOut]
    removed: list[UUID]


class DelegationIn(Body):
    """A request (`grantor` given: the caller asks) or a direct grant (`grantee` given: the caller grants)."""

    firm: UUID | None = None
    service: Code
    rights: Rights
    grantor: UUID | None = None
    grantee: Address = ""
    reason: Note = ""
    valid_from: date | None = None
    valid_until: date | None = None


class ApproveIn(Body):
    """What the approver narrows or says."""

    rights: Rights | None = None
    valid_until: date | None = None
    note: Note = ""


class NoteIn(Body):
    """A word to the other party."""

    note: Note = ""


class RevokeIn(Body):
    """A revocation now, or at the end of a later day."""

    at: date | None = None
    note: Note = ""


class RenewIn(Body):
    """The last day of the renewed right."""

    valid_until: date | None = None


class TransferIn(Body):
    """The entry of the expert-comptable who takes over."""

    grantor: UUID
    note: Note = ""


class DecisionIn(Body):
    """One decision of a batch, with the version that was seen and a key of its own."""

    id: UUID
    action: Action
    version: Annotated[int, Field(ge=1, le=999_999_999)]
    key: UUID
    rights: Rights | None = None
    valid_until: date | None = None
    at: date | None = None
    grantor: UUID | None = None
    note: Note = ""


class DecisionsIn(Body):
    """Up to 200 decisions, each on its own."""

    items: Annotated[list[DecisionIn], Field(min_length=1, max_length=200)]


class DecisionResult(Schema):
    """What became of one decision: a delegation, or a problem."""

    id: UUID
    key: UUID
    status: int
    code: str = ""
    delegation: DelegationOut | None = None
    problem: dict[str, object] | None = None


class DecisionsOut(Schema):
    """One result an item, in the order of the items."""

    results: list[DecisionResult]
