"""What a person can ask of the server: one type for each, with all that it needs to be sent, now or in a week.

A command is what the outbox keeps. It knows no method, no path and no header: `adapters/commands_http.py` does.
Its fields are as they leave, so that a later version of the application sends the same write under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.delegation import Action, Delegation
from comptexpert_desktop.domain.firm import Template
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.domain.signup import FirstRequest, SignupDraft

if TYPE_CHECKING:
    from collections.abc import Mapping


@document
@dataclass(frozen=True, slots=True)
class Decide:
    """Decide about a delegation, of the version that the person saw."""

    delegation_id: str
    action: Action
    version: int
    note: str = field(default="", repr=False)
    rights: tuple[str, ...] | None = None
    valid_until: date | None = None
    at: date | None = None
    """The last day of what is revoked; None is now."""
    grantor: str = ""
    """The registry entry of whoever takes over."""
    valid_from: date | None = None
    email: str = field(default="", repr=False)
    """The address to which an invitation goes from now on."""
    gesture: str = ""
    """The name of the gesture that decides about many; empty for one decision."""
    seen: Delegation | None = field(default=None, repr=False)
    """The delegation as the person saw it, to tell later what moved; it stays on this machine."""


@document
@dataclass(frozen=True, slots=True)
class Ask:
    """Ask an expert-comptable for rights."""

    service: str
    rights: tuple[str, ...]
    grantor: str
    reason: str = field(repr=False)
    firm: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@document
@dataclass(frozen=True, slots=True)
class Grant:
    """Give rights to an account, an identifiant or, as an invitation, an address."""

    service: str
    rights: tuple[str, ...]
    grantee: str = field(repr=False)
    reason: str = field(default="", repr=False)
    firm: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@document
@dataclass(frozen=True, slots=True)
class Agc:
    """An association de gestion et de comptabilité, as its head names it."""

    name: str
    siren: str


@document
@dataclass(frozen=True, slots=True, repr=False)
class SignUp:
    """Ask for an account."""

    profile: str
    login_id: str
    alternates: tuple[str, ...] = ()
    """The identifiants to try, in order, when the first is taken."""
    kind: str = ""
    entry_id: str = ""
    registration_number: str = ""
    date_of_birth: date | None = None
    email: str = ""
    given_name: str = ""
    surname: str = ""
    agc: Agc | None = None
    firm_hint: str = ""
    grantor_entry_id: str = ""
    form: SignupDraft | None = None
    """What was filled in, to open again: whole until the server took it, without what says who it is afterwards."""
    first_requests: tuple[FirstRequest, ...] = ()
    """What leaves once the person has signed in; empty once it was queued."""


@document
@dataclass(frozen=True, slots=True)
class ResendActivation:
    """Ask for the activation mail again."""

    signup_outbox_id: str
    signup_id: str
    claim: str = field(repr=False)


@document
@dataclass(frozen=True, slots=True)
class OpenEscalation:
    """Bring the refusal of a sign-up to the Conseil régional."""

    signup_outbox_id: str
    code: str
    entry_id: str = ""
    registration_number: str = ""


@document
@dataclass(frozen=True, slots=True)
class ChangeFirm:
    """Change the rules of a cabinet, of the version that the person saw; None leaves a rule as it is."""

    firm_id: str
    version: int
    two_approvers: bool | None = None
    review_on: str | None = None
    """« MM-DD »; empty for no day."""
    templates: tuple[Template, ...] | None = None
    """All of them; none brings back the usual ones."""


@document
@dataclass(frozen=True, slots=True)
class AcceptTerms:
    """Accept the terms of a service for a cabinet."""

    firm_id: str
    service: str


@document
@dataclass(frozen=True, slots=True)
class DeclareAbsence:
    """Ask to decide for an absent colleague, or name who decides in one's own absence."""

    firm_id: str
    ends_on: date
    reason: str = field(repr=False)
    absent: str = ""
    """The registry entry of the colleague; or, in its place, the cover."""
    cover: str = ""
    starts_on: date | None = None
    """The first day; None is as soon as it may begin."""


@document
@dataclass(frozen=True, slots=True)
class StopAbsence:
    """End a cover before its day, or object to it before it begins."""

    firm_id: str
    absence_id: str
    objects: bool = False


@document
@dataclass(frozen=True, slots=True)
class EndMembership:
    """End somebody's place in a cabinet, now or after a last day."""

    firm_id: str
    account_id: str
    last_day: date | None = None


@document
@dataclass(frozen=True, slots=True)
class CancelDeparture:
    """Let somebody stay in a cabinet whose departure was planned."""

    firm_id: str
    account_id: str


@document
@dataclass(frozen=True, slots=True)
class KeepUnused:
    """Keep a right of a cabinet though nobody uses it."""

    firm_id: str
    delegation_id: str


@document
@dataclass(frozen=True, slots=True)
class OpenReview:
    """Open the yearly review of every right that lives in a cabinet."""

    firm_id: str
    closes_on: date


@document
@dataclass(frozen=True, slots=True)
class AnswerReview:
    """Keep or end one right under review, of the version that the person saw."""

    firm_id: str
    review_id: str
    delegation_id: str
    version: int
    answer: Answer


@document
@dataclass(frozen=True, slots=True)
class Import:
    """Grant what each line of a table says: all of them, or none."""

    table: str = field(repr=False)
    """Comma-separated values, as the server takes them."""


@document
@dataclass(frozen=True, slots=True)
class ChangeEmail:
    """Ask for another address of one's own account: it moves once both mailboxes were written to."""

    email: str = field(repr=False)


@document
@dataclass(frozen=True, slots=True)
class CorrectName:
    """Correct the name of one's own account, where no registry holds it."""

    given_name: str = field(repr=False)
    surname: str = field(repr=False)


@document
@dataclass(frozen=True, slots=True)
class ChooseMails:
    """Choose one mail a week for what asks nothing of oneself, or a mail for each again."""

    weekly: bool


Command = (
    Decide
    | Ask
    | Grant
    | SignUp
    | ResendActivation
    | OpenEscalation
    | ChangeFirm
    | AcceptTerms
    | DeclareAbsence
    | StopAbsence
    | EndMembership
    | CancelDeparture
    | KeepUnused
    | OpenReview
    | AnswerReview
    | Import
    | ChangeEmail
    | CorrectName
    | ChooseMails
)
FirmChange = (
    ChangeFirm | AcceptTerms | DeclareAbsence | StopAbsence | EndMembership | CancelDeparture | KeepUnused | OpenReview
)
"""What the server answers with the whole page of the cabinet."""

AccountChange = ChangeEmail | CorrectName | ChooseMails
"""What a person changes of their own account."""

FIRM_CHANGES = (
    ChangeFirm,
    AcceptTerms,
    DeclareAbsence,
    StopAbsence,
    EndMembership,
    CancelDeparture,
    KeepUnused,
    OpenReview,
)

TYPES: Mapping[Kind, type[Command]] = {
    **{Kind(action.value): Decide for action in Action},
    Kind.REQUEST: Ask,
    Kind.GRANT: Grant,
    Kind.SIGNUP: SignUp,
    Kind.RESEND: ResendActivation,
    Kind.ESCALATION: OpenEscalation,
    Kind.FIRM: ChangeFirm,
    Kind.TERMS: AcceptTerms,
    Kind.ABSENCE: DeclareAbsence,
    Kind.ABSENCE_END: StopAbsence,
    Kind.LEAVE: EndMembership,
    Kind.STAY: CancelDeparture,
    Kind.UNUSED_KEEP: KeepUnused,
    Kind.REVIEW: OpenReview,
    Kind.REVIEW_END: AnswerReview,
    Kind.REVIEW_KEEP: AnswerReview,
    Kind.IMPORT: Import,
    Kind.EMAIL: ChangeEmail,
    Kind.NAME: CorrectName,
    Kind.MAILS: ChooseMails,
}
"""What the row of each kind holds."""

_KINDS: Mapping[type[Command], Kind] = {
    kept: kind for kind, kept in TYPES.items() if kept not in (Decide, AnswerReview)
}


def kind_of(command: Command) -> Kind:
    """Tell where a command stands in the order in which entries leave."""
    if isinstance(command, Decide):
        return Kind(command.action.value)
    if isinstance(command, AnswerReview):
        return Kind.REVIEW_END if command.answer is Answer.END else Kind.REVIEW_KEEP
    return _KINDS[type(command)]


def delegation_of(command: Command) -> str:
    """Name the delegation about which only one intent may wait; empty for what is about none."""
    return command.delegation_id if isinstance(command, Decide) else ""


def is_one_of_many(command: Command) -> bool:
    """Tell whether a command belongs to a gesture about many, which travel together."""
    return isinstance(command, AnswerReview) or (isinstance(command, Decide) and bool(command.gesture))


def is_anonymous(command: Command) -> bool:
    """Tell whether a command leaves without an account."""
    return isinstance(command, SignUp | ResendActivation | OpenEscalation)
