"""What the server said of a table of grants: each line would be granted, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import Grant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.import_file import ImportLine
    from comptexpert_desktop.errors import ComptexpertError

ALREADY = frozenset({"DEL_DUPLICATE"})
"""The codes of a line that asks for what is there: nothing to correct."""
ABOUT_THE_PERSON = frozenset({"AUTH_STEP_UP", "AUTH_FACTOR_REQUIRED", "DEL_NOT_GRANTOR"})
"""The codes that say something of who imports: every line would get them."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """One line, counted from the first below the headings of what was sent, from 0."""

    place: int
    code: str = ""
    """Why it is refused; nothing when it is granted."""
    delegation: Delegation | None = None
    """What it gives; the answer to a long table leaves it to the next synchronisation."""
    seen: str = ""
    """What stands for this answer, sent back with the agreement: what changed since is not granted."""
    data: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The members of the refusal."""


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """A whole table: applied together, or not at all."""

    applied: bool
    lines: tuple[LineAnswer, ...]

    @property
    def about_the_person(self) -> str:
        """The code that concerns who imports rather than a line, if there is one."""
        return next((line.code for line in self.lines if line.code in ABOUT_THE_PERSON), "")


class Verdict(StrEnum):
    """What becomes of a line."""

    GRANTED = "granted"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of the file with what was found out about it: its own fault, or the server's answer."""

    line: ImportLine
    answer: LineAnswer | None = None

    @property
    def verdict(self) -> Verdict:
        """Tell what would become of it."""
        if self.line.fault is not None or self.answer is None:
            return Verdict.REFUSED
        if not self.answer.code:
            return Verdict.GRANTED
        return Verdict.ALREADY if self.answer.code in ALREADY else Verdict.REFUSED


def checked(lines: Sequence[ImportLine], answers: Sequence[LineAnswer]) -> tuple[Checked, ...]:
    """Give each line of a file its answer; the answers are those of the sound lines, by their place."""
    found = {answer.place: answer for answer in answers}
    sound = {line.line: place for place, line in enumerate(line for line in lines if line.fault is None)}
    return tuple(Checked(line, found.get(sound.get(line.line, -1))) for line in lines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of all that one agreement was about: everything is granted, or nothing."""

    granted: tuple[Checked, ...] = ()
    left: tuple[Checked, ...] = ()
    """What was not granted, with what the server says of each line now."""
    error: ComptexpertError | None = None
    """Why all was refused, when no line of it says so."""


def grant_of(one: Checked) -> Grant | None:
    """Make the grant that a line comes to; None for a line that gives nothing."""
    given = None if one.answer is None else one.answer.delegation
    if given is None:
        return None
    cells = one.line.cells
    return Grant(
        service=given.service,
        rights=tuple(cells["rights"].split()),
        grantee=cells["grantee"],
        reason=cells.get("reason", ""),
        firm=given.firm.id,
        valid_from=given.valid_from,
        valid_until=given.valid_until,
    )
