"""What goes over the wire and comes back, in the domain's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from comptexpert_desktop.domain.commands import Command
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.importing import ImportAnswer


@dataclass(frozen=True, slots=True)
class Sending:
    """A command on its way, under the key that makes it happen once."""

    key: str
    command: Command


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A verified copy of the public lists, or what changed in them since `base_version`."""

    version: int
    base_version: int | None
    generated_at: str
    rows: Collection[Mapping[str, object]] = field(repr=False)
    """Read anew, and not kept in memory, each time that somebody goes through them."""


@dataclass(frozen=True, slots=True)
class SyncPage:
    """What changed on the server since the cursor."""

    cursor: str
    delegations: tuple[Delegation, ...]
    removed: tuple[str, ...] = ()
    """Identifiers of what this account no longer sees."""
    is_full: bool = False
    """The page holds everything: what is not in it is gone."""


if TYPE_CHECKING:
    Answer = Mapping[str, object] | FirmPage | ImportAnswer
    """What the server says: of a delegation, a sign-up or a file; the page of a cabinet; the lines of a table."""
