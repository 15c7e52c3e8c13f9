"""A document to print or to file, as it is said: a title, paragraphs, tables; how it is drawn is another's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Style = Literal["body", "heading", "note", "strong"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences, or the heading of what follows."""

    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts below a header that each page repeats; `shares` weigh the widths of the columns."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: a row a text, `1` where it is dark; `text` is what is said instead to who cannot see it."""

    rows: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins at the top of a page."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document; every page ends with the foot and its number."""

    title: str
    subtitle: str = ""
    parts: tuple[Paragraph | Table | Code | PageBreak, ...] = ()
    foot: str = ""
    """On the left of each page: who made this, and when."""
    is_wide: bool = False
    """Landscape, for a table with many columns."""

    @property
    def size(self) -> int:
        """Count what is to be drawn: a paragraph or a row each."""
        return sum(len(part.rows) if isinstance(part, Table) else 1 for part in self.parts)
