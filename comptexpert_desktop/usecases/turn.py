"""What travels through one turn of synchronisation: from the store to the network and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.outbox import OutboxEntry, Write
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.usecases.ports import Snapshot, SyncPage


BULK = "bulk"
"""In the extra part of a write: the gesture that it belongs to. Such a write travels in a batch, always, so that its
key means the same thing to the server each time."""


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
    write: Write
    key: str

    @property
    def is_bulk(self) -> bool:
        """Tell whether it travels in a batch."""
        return self.place is Place.ACCOUNT and bool(self.write.extra.get(BULK))


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
    """A file with the Conseil régional: to be opened with `body` under `key`, or followed with its claim."""

    place: Place
    outbox_id: str
    key: str
    body: Mapping[str, object] = field(repr=False)
    escalation_id: str
    claim: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one turn sends and asks for."""

    account_id: str
    refresh_token: str = field(repr=False)
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
    has_more: bool = False
    """A batch was full: what changed is asked for by the turn that sends the last one."""


@dataclass(slots=True)
class Results:
    """What the network said; filled in as the turn goes on."""

    batch: Batch
    answers: dict[str, Mapping[str, Any] | ServerError] = field(default_factory=dict, repr=False)
    """By entry id; an entry that the turn did not come to has none."""
    progress: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    """By outbox id: the sign-ups that a server that was restored does not know."""
    epoch: str = ""
    """Of the server's database, as its last answer told it."""
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
    unsaved: dict[str, str] = field(default_factory=dict, repr=False)
    """Refresh tokens, by account, that must reach the disk."""
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
