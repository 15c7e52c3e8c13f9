"""What is composed from several rooms: the document of the caller, and the page of a firm."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from comptexpert_server.delegations.schemas import FirmRef, InvitationOut, UnusedOut
from comptexpert_server.firms.schemas import AbsenceOut, ExpertOut, MemberOut, PendingSettingOut, TemplateOut, TermsOut
from comptexpert_server.reviews.schemas import ReviewRowOut


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
    weekly_mails: bool
    """Whether what asks nothing of the caller is told in one mail a week."""


class GrantorOut(Schema):
    """Somebody who grants for a cabinet of the caller: the public fields of the registry."""

    entry_id: UUID
    surname: str
    given_name: str
    town: str
    council: str
    list: str
    firm: FirmRef


class GrantorsOut(Schema):
    """Whom the caller may ask in their own cabinets."""

    items: list[GrantorOut]
    has_more: bool
    """There are more: they are found by their name."""


class VacancyOut(Schema):
    """Nobody of a firm may grant any more: since when, who stands in, and whom to ask (BR-35)."""

    since: datetime
    stand_in_name: str
    """Empty while no council has named anybody."""
    ends_on: date | None
    council_name: str
    council_email: str


class MyFirmOut(Schema):
    """A cabinet of the caller."""

    id: UUID
    siren: str
    name: str
    role: str
    leaves_on: date | None
    """The last day, when the caller's departure is planned."""
    vacancy: VacancyOut | None
    """For the staff of a firm in which nobody is left who may grant."""


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


class MandateOut(Schema):
    """Where the mandate of somebody stands who says to head an AGC; `reason` is the council's, for a refusal."""

    status: str
    agc_name: str
    reason: str


class MeOut(Schema):
    """What the caller is and may do."""

    account: AccountOut
    firms: list[MyFirmOut]
    services: list[ServiceAccessOut]
    missing: list[str]
    covers: list[CoverOut]
    reviews: list[MyReviewOut]
    absences: list[MyAbsenceOut]
    mandate: MandateOut | None
    version: str


class ProfileStepOut(Schema):
    """A change of profile that happened."""

    at: datetime
    before: str
    after: str


class OtherProfileOut(Schema):
    """What another profile would change for the caller; services by their names."""

    profile: str
    opens: list[str]
    closes: list[str]
    by_delegation: list[str]
    """What the profile opens by itself today and would need a delegation."""
    may_grant: bool
    ends_held: int
    """How many rights and requests of the caller would end."""


class SuccessionOut(Schema):
    """What the caller granted, or is asked for: with a profile that does not grant, it ends or needs a successor."""

    delegation_id: UUID
    firm: FirmRef
    service: str
    holder: str
    peers: int
    """How many others grant for the firm."""


class ProfileStoryOut(Schema):
    """The profiles that the caller had, the latest change first, and what each other one would change."""

    profile: str
    may_grant: bool
    steps: list[ProfileStepOut]
    others: list[OtherProfileOut]
    granted: list[SuccessionOut]


class MyTableOut(Schema):
    """The rows of one table that hold something of the caller, each column that is filled as text."""

    name: str
    rows: list[dict[str, str]]


class MyDataOut(Schema):
    """What the server holds of the caller, without passwords, proofs and links."""

    generated_at: datetime
    login_id: str
    tables: list[MyTableOut]


class EmailIn(Schema):
    """Another address."""

    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=254)


class NameIn(Schema):
    """One's own name, corrected."""

    model_config = ConfigDict(extra="forbid")
    given_name: str = Field(min_length=1, max_length=120)
    surname: str = Field(min_length=1, max_length=120)


class MailsIn(Schema):
    """How often one is written to."""

    model_config = ConfigDict(extra="forbid")
    weekly: bool
    """One mail a week for what one does oneself and what the calendar does; all else leaves at once, chosen or not."""


class AddressChangeOut(Schema):
    """A change of address that waits for both mails; without a word of the old address it passes at `passes_at`."""

    masked_email: str
    passes_at: datetime


class FirmOut(Schema):
    """A firm, its people, its terms and its settings."""

    id: UUID
    siren: str
    name: str
    version: int
    two_approvers: bool
    pending_settings: list[PendingSettingOut]
    experts: list[ExpertOut]
    members: list[MemberOut]
    terms: list[TermsOut]
    review_on: str
    invitations: list[InvitationOut]
    templates: list[TemplateOut]
    absences: list[AbsenceOut]
    unused: list[UnusedOut]
    reviews: list[ReviewRowOut]
