"""What a person enters to create an account, and what must hold before it may be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from comptexpert_desktop.domain.codec import document
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.registry import RegistryEntry

if TYPE_CHECKING:
    from comptexpert_desktop.domain.escalation import Escalation

DraftId = NewType("DraftId", str)


@document
@dataclass(frozen=True, slots=True)
class FirstRequest:
    """The first delegation request of a collaborateur, prepared inside the sign-up draft."""

    service: str
    rights: tuple[str, ...]
    reason: str
    valid_until: date | None = None


@document
@dataclass(frozen=True, slots=True, repr=False)
class SignupDraft:
    """The state of the form, complete or not; every field may be empty while it is being filled."""

    id: DraftId
    profile: Profile | None = None
    kind: OtherKind | None = None
    entry: RegistryEntry | None = None
    registration_number: str = ""
    date_of_birth: date | None = None
    email: str = ""
    given_name: str = ""
    surname: str = ""
    firm_hint: str = ""
    grantor: RegistryEntry | None = None
    login_id: str = ""
    login_id_again: str = ""
    alternates: tuple[str, ...] = ()
    first_requests: tuple[FirstRequest, ...] = field(default=())
    updated_at: datetime | None = None
    also_expert: bool | None = None
    """For the head of an AGC: whether the person is an expert-comptable too."""
    agc_name: str = ""
    agc_siren: str = ""
    typed_birth: str = ""
    """What stands in the field of the date of birth while it is not a date yet."""


MAIL_REFUSED = "mail_refused"
"""How far a sign-up is, for the server, when nobody takes the activation mail at its address; kept in the answer."""


class SignupStatus(StrEnum):
    """Where a sign-up stands once it was queued."""

    WAITING = "waiting"
    NEEDS_YOU = "needs_you"
    ACTIVATION_SENT = "activation_sent"
    ACTIVATED = "activated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SignupProgress:
    """One sign-up made on this machine, as « Mes inscriptions » shows it."""

    outbox_id: str
    profile: Profile
    display_name: str
    login_id: str
    status: SignupStatus
    code: str
    masked_email: str
    created_at: datetime
    answer: dict[str, object] = field(default_factory=dict, repr=False)
    """What the server said: `council`, `suggestions`, `retry_after`… of a refusal."""
    escalation: Escalation | None = None
    """The file with the Conseil régional, when one was opened."""
