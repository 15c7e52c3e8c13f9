"""What travels through one turn of synchronisation: from the store to the network and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.commands import is_one_of_many

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.domain.wire_types import Answer, Sending
    from comptexpert_desktop.errors import ServerError, StoreError, VaultError
    from comptexpert_desktop.usecases.ports import Snapshot, SyncPage
    from comptexpert_desktop.usecases.session.late_sign_out import LateSignOut


class Place(StrEnum):
    """Which file an entry lies in."""

    ACCOUNT = "account"
    DEVICE = "device"
    VOLATILE = "volatile"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An entry on its way."""

    place: Place
    entry: OutboxEntry
    sending: Sending

    @property
    def command(self) -> Command:
        """What it asks."""
        return self.sending.command

    @property
    def is_bulk(self) -> bool:
        """Tell whether it travels with others."""
        return is_one_of_many(self.command)


@dataclass(frozen=True, slots=True)
class Poll:
    """A sign-up whose activation is awaited."""

    place: Place
    outbox_id: str
    signup_id: str
    claim: str = field(repr=False)
    is_doubted: bool = False
    """The server went back to an older state, and may not know it any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A file with the Conseil régional that is followed with its claim."""

    place: Place
    outbox_id: str
    escalation_id: str
    claim: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one turn sends and asks for."""

    account_id: str
    cursor: str
    outgoing: tuple[Outgoing, ...]
    polls: tuple[Poll, ...]
    questions: tuple[Question, ...]
    wants_catalogue: bool
    wants_snapshot: bool
    snapshot_since: int | None
    topics: Topics
    wants_me: bool = False
    """Nobody asked for some time who the account is, what it covers, which review is open."""
    sign_outs: tuple[LateSignOut, ...] = ()
    """Sign-outs that the server could not hear when they were asked for."""
    has_more: bool = False
    """A batch was full: what changed is asked for by the turn that sends the last one."""


@dataclass(slots=True)
class Results:
    """What the network said; filled in as the turn goes on."""

    batch: Batch
    answers: dict[str, Answer | ServerError] = field(default_factory=dict, repr=False)
    """By entry id; an entry that the turn did not come to has none."""
    progress: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    """By outbox id: the sign-ups that a server that was restored does not know."""
    epoch: str = ""
    """Of the server's database, as its last answer told it."""
    server_time: datetime | None = None
    """When the turn ended, as the server's answers told it; None when it was not heard."""
    poll_after: float | None = None
    """In how many seconds the server asks for the next turn that only asks; None when it never said."""
    heard_sign_outs: set[str] = field(default_factory=set)
    """By name: those that the server heard."""
    escalations: dict[str, Mapping[str, Any] | ServerError] = field(default_factory=dict, repr=False)
    """What the server said of a file, by the outbox id of its sign-up."""
    me: Me | None = None
    page: SyncPage | None = None
    catalogue: Catalogue | None = None
    councils: tuple[RegionalCouncil, ...] | None = None
    snapshot: Snapshot | None = None
    snapshot_refusal: str = ""
    """Why the copy that the server gave was put aside."""
    minor: list[ServerError] = field(default_factory=list)
    """What else went wrong, without ending the turn."""
    network: ServerError | None = None
    """Why the turn ended early."""
    session: ServerError | None = None
    """Why the account's part of the turn ended early."""
    unkept: StoreError | VaultError | None = None
    """Why a renewed session could not be written; it was not used either."""
    failure: Exception | None = None
    """A bug: raised again once the store is in order."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What a whole turn came to."""

    topics: Topics
    is_busy: bool
    """Another program is in the middle of its own turn."""
    network: str
    session: str
