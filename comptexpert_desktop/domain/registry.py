"""What the application knows of a person on the Ordre's registry: public fields only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, NewType

from comptexpert_desktop.domain.codec import document

if TYPE_CHECKING:
    from datetime import datetime

STALE_AFTER = timedelta(days=30)
"""From this age on, a local copy is said to be old; what was found in it is confirmed by the server."""

EntryId = NewType("EntryId", str)


class RegistryEntry(NamedTuple):
    """One line of the registry, as a list shows it; never a date of birth or an e-mail.

    A tuple, because the typeahead makes twenty of them at each keystroke.
    """

    entry_id: EntryId
    surname: str
    given_name: str = ""
    town: str = ""
    council: str = ""
    list: str = ""
    registration_number: str = ""


class FirmGrantor(NamedTuple):
    """Somebody who grants for a cabinet of the person who is signed in."""

    entry: RegistryEntry
    firm: str
    """The name of the cabinet."""


@document
@dataclass(frozen=True, slots=True)
class RegionalCouncil:
    """A Conseil régional (CROEC) and the way to reach it."""

    code: str
    name: str
    departments: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    site: str = ""
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The first people that a search found, in the order of findings-search.md, section 2."""

    entries: tuple[RegistryEntry, ...]
    has_more: bool
    snapshot_date: datetime | None
    """When the local copy was made (UTC); None for an answer of the server."""
    refusal: str = ""
    """Why a newer copy was put aside, as a code."""
