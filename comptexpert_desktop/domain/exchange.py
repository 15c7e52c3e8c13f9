"""What goes over the wire and comes back, in the domain's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.delegation import Delegation


@dataclass(frozen=True, slots=True)
class Call:
    """One write as it goes over the wire: kept in the outbox, sent as it was kept."""

    method: str
    path: str
    body: Mapping[str, object] = field(repr=False)
    key: str
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A verified copy of the public lists, or what changed in them since `base_version`."""

    version: int
    base_version: int | None
    generated_at: str
    rows: tuple[Mapping[str, object], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SyncPage:
    """What changed on the server since the cursor."""

    cursor: str
    delegations: tuple[Delegation, ...]
    removed: tuple[str, ...] = ()
    """Identifiers of what this account no longer sees."""
    is_full: bool = False
    """The page holds everything: what is not in it is gone."""
