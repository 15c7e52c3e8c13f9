"""Delegations as the API takes and tells them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer, StringConstraints, model_validator

from comptexpert_server.delegations.likeness import Likeness
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.rules import Action
from comptexpert_server.web.schemas import Body, Code, Note, Query

Moment = Annotated[datetime, PlainSerializer(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), return_type=str)]
"""A moment in UTC, ISO 8601 with Z."""
Rights = Annotated[list[Code], Field(min_length=1, max_length=16)]
CURSOR = r"^([0-9]{1,18}~[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"
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
    """Every right of it may be used now."""
    effective_rights: list[str]
    """The rights of it that may be used now: those without a certificate while the certificate is missing."""
    missing: list[str]
    leaves_on: date | None
    """The day on whose evening the grantee leaves the firm, and the right ends with it, when that is planned."""


class AlikeOut(Schema):
    """Somebody of the firm who may be taken for the person: the same name, or a like-looking one."""

    name: str
    login_id: str
    likeness: Likeness


class IdentityOut(Schema):
    """The other party of a delegation, as its firm knows them; what is not known is empty."""

    login_id: str
    given_name: str
    surname: str
    profile: str
    masked_email: str
    role: Literal["grantor", "staff", "none"]
    """What they are in the firm."""
    since: Moment | None
    """Since when they are staff of the firm."""
    earlier: int
    """How many other requests and rights there were between the grantee and the firm."""
    is_first_high_risk: bool
    """Whether the firm never gave the grantee a right of high risk before."""
    alike: list[AlikeOut]


class InvitationOut(Schema):
    """A right that waits for its holder to have an account."""

    delegation_id: UUID
    email: str
    service: str
    rights: list[str]
    invited_at: datetime
    lapses_on: date


class UnusedOut(Schema):
    """An active right that nobody has used for 90 days or more, where the site of its service reports it."""

    delegation_id: UUID
    version: int
    person_name: str
    service: str
    rights: list[str]
    last_used_on: date | None
    days: int
    """Since the last use, the first day, or the day on which it was last kept."""
    proposed: bool
    """180 days or more: its end is proposed."""


class AttestationPartOut(Schema):
    """A part of an attestation, signed by the server."""

    sealed: str
    qr: list[str]
    """The QR code of `sealed`: a row a text, `1` where it is dark."""


class AttestationOut(Schema):
    """What a person may do for a firm today, signed by the server."""

    sealed: str
    """`CTXA1`, the statement and the signature of its bytes (Ed25519), in base64url without padding, with dots between.

    The statement is JSON: `firm`, `person`, `on`, `at`, `rights` (each `service`, `right`, `by`, `from`, `until`,
    `effective`) and the head of the `register` on which it rests. More rights than a QR code holds are stated in parts:
    each begins with `CTXA2` and its statement has a `part`, with its `number`, how many parts there are (`of`) and
    how many rights in all (`total`).
    """
    qr: list[str]
    """The QR code of `sealed`: a row a text, `1` where it is dark."""
    others: list[AttestationPartOut] = Field(default_factory=list)
    """The parts after the first, in their order."""


class DelegationPage(Schema):
    """A page of delegations, those that changed last first; `next` is the cursor of the next page, or nothing."""

    items: list[DelegationOut]
    next: str


class Search(Schema):
    """Which delegations to list; `status` is a list separated by commas."""

    role: Literal["grantor", "grantee"] | None = None
    status: Annotated[str, StringConstraints(max_length=200)] = ""
    firm: UUID | None = None
    q: Query = ""
    cursor: Annotated[str, StringConstraints(pattern=CURSOR)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ImportLine(Schema):
    """What a line of a file gives: a delegation, or a problem; the header is line 1.

    `seen` stands for what a preview said: sent back beside the line, it keeps anything else from being granted.
    """

    line: int
    code: str = ""
    seen: str = ""
    delegation: DelegationOut | None = None
    problem: dict[str, object] | None = None


class ImportOut(Schema):
    """A file, previewed or applied; one faulty line keeps the whole file from being applied."""

    applied: bool
    accepted: int
    refused: int
    lines: list[ImportLine]


class ImportPartOut(Schema):
    """The parts of an import that wait for its last one: nothing of them is granted."""

    kept: list[int]


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
    valid_from: date | None = None
    """From today to 90 days ahead; without it, the day that was asked for."""
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


class ProlongIn(Body):
    """What the holder of a right asks: the same rights until a later day."""

    valid_until: date | None = None
    note: Note = ""


class NarrowIn(Body):
    """The rights that stay."""

    rights: Rights
    note: Note = ""


class BroadenIn(Body):
    """The rights that are wanted beside those that are there."""

    rights: Rights
    valid_until: date | None = None
    note: Note = ""


class EditIn(Body):
    """What a request asks for from now on, the last day of a right, or the address of an invitation that waits."""

    rights: Rights | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    email: Address = ""
    note: Note = ""


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
    valid_from: date | None = None
    valid_until: date | None = None
    at: date | None = None
    grantor: UUID | None = None
    email: Address = ""
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


class GestureIn(Body):
    """What is not done yet: a decision, a grant, a request, or a departure.

    A decision has `id` and `action`, with its members; a grant or a request has its own; a departure `firm` and
    `member`, with `at` for a last day, or with `stays` to cancel the one that is planned.
    """

    id: UUID | None = None
    action: Action | None = None
    version: Annotated[int, Field(ge=1, le=999_999_999)] | None = None
    """Without it, the decision is about the delegation as it is now."""
    at: date | None = None
    email: Address = ""
    note: Note = ""
    firm: UUID | None = None
    member: UUID | None = None
    stays: bool = False
    service: Code = ""
    rights: Rights | None = None
    grantor: UUID | None = None
    grantee: Address = ""
    reason: Note = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _is_one_gesture(self) -> Self:
        if (self.id is None) != (self.action is None):
            raise ValueError("id and action go together")
        if self.member is not None and (self.firm is None or self.id is not None):
            raise ValueError("a departure names a firm and a member")
        if self.stays and (self.member is None or self.at is not None):
            raise ValueError("who stays is a member, and has no last day")
        if self.id is None and self.member is None and not (self.service and self.rights):
            raise ValueError("a grant names a service and rights")
        return self

    @property
    def decision(self) -> Action:
        """The action of a decision."""
        assert self.action is not None
        return self.action


class EffectsIn(Body):
    """Up to 50 gestures, in their order."""

    gestures: Annotated[list[GestureIn], Field(min_length=1, max_length=50)]


class EffectOut(Schema):
    """A right that a person holds on some days, in one firm, by one grantor."""

    model_config = ConfigDict(populate_by_name=True)

    service: str
    right: str
    firm: FirmRef
    first: Annotated[date, Field(alias="from")]
    """The first day, today at the earliest."""
    until: date | None
    """The last day."""
    by: str
    missing: list[str]
    """What still keeps the right from working on those days: a certificate, terms, an account."""
    holder: str
    """The name of the person, or the address of an invitation."""


class GestureOut(Schema):
    """What a gesture would come to."""

    status: Status | None
    """Where the delegation would stand: what waits for an approval changes nothing yet. None for a departure."""
    code: str = ""
    """Why it would be refused; empty when it would be done."""


class EffectsOut(Schema):
    """What people keep, lose and gain, over all their rights, those of other grantors included."""

    gestures: list[GestureOut]
    """One a gesture, in their order."""
    keeps: list[EffectOut]
    loses: list[EffectOut]
    gains: list[EffectOut]
