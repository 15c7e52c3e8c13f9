"""What the server said of a table of grants: each line would be granted, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.delegation import Delegation

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
    """What it gives."""
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
