"""What a drawing says to who cannot see it: headings, paragraphs, tables, and which strokes of the pages draw which.

While pages are drawn, `Tags` notes which part of the document each stroke belongs to, and marks are drawn between them.
Then `stamp` puts the operators of marked content (ISO 32000-1, 14.6) where the marks are. What draws no part of the
document is an artifact.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MARK_PLACE = -77_777
"""Where marks are drawn: far above the page, where nothing else is."""
END = 0
"""The mark that ends what the mark before it began."""
_MARK = b" %d 1 1 re\nf\n" % MARK_PLACE
"""How Qt writes one, behind its number."""
_LAYOUT, _RUNNING = b"/Artifact <</Type /Layout>> BDC\n", b"/Artifact <</Type /Pagination>> BDC\n"
_NO_GLYPH = b"<0000> Tj"
_LAST_LETTER = "\uffff"


@dataclass(slots=True, eq=False)
class Element:
    """A part of the document, the parts in it, and the strokes that draw it: (page, number on that page)."""

    kind: str
    """A standard structure type: H1, P, Table, TR, TH, TD, Figure."""
    text: str = ""
    """What a heading says in the list of headings; what is said instead of a figure."""
    box: tuple[float, float, float, float] | None = None
    """Where a figure stands on its page, in points from its lower left corner."""
    inside: list[Element] = field(default_factory=list)
    strokes: list[tuple[int, int]] = field(default_factory=list)
    instead: str = ""
    """What is said instead of the letters of the strokes, where these cannot be read back."""
    _texts: list[str] = field(default_factory=list)
    _is_said: bool = True

    def add(self, kind: str, *, text: str = "") -> Element:
        """Put a part at the end of this one."""
        made = Element(kind, text)
        self.inside.append(made)
        return made

    def note(self, page: int, number: int, *, text: str, is_said: bool) -> None:
        """Note a stroke that draws this part."""
        self.strokes.append((page, number))
        self._texts.append(text)
        self._is_said = self._is_said and is_said
        self.instead = "" if self._is_said else "".join(self._texts)


@dataclass(frozen=True, slots=True)
class _Mark:
    element: Element | None
    text: str
    is_running: bool


class Tags:
    """The parts of a document, noted while it is drawn."""

    def __init__(self) -> None:
        self.document = Element("Document")
        self.is_complete = True
        """Whether each letter can be read back from the pages; known once they are stamped."""
        self._marks: list[_Mark] = []

    def begin(self, element: Element | None, *, text: str = "", is_running: bool = False) -> int:
        """Return the number of the mark that begins a drawing of an element, or of none.

        `text` is what the drawing says; `is_running` is for what stands on every page alike.
        """
        self._marks.append(_Mark(element, text, is_running))
        return len(self._marks)

    def stamp(self, content: bytes, *, page: int) -> bytes:
        """Replace the marks of a page by the operators of marked content."""
        before, *after = content.split(_MARK)
        made: list[bytes] = []
        count = 0
        for drawn in after:
            state, _newline, number = before.rpartition(b"\n")
            made += [state, b"\n"]
            before = drawn
            if int(number) == END:
                made.append(b"EMC\n")
                continue
            mark = self._marks[int(number) - 1]
            is_said = _says(drawn, mark.text)
            self.is_complete = self.is_complete and is_said
            if mark.element is None:
                made.append(_RUNNING if mark.is_running else _LAYOUT)
                continue
            made.append(b"/%b <</MCID %d>> BDC\n" % (mark.element.kind.encode(), count))
            mark.element.note(page, count, text=mark.text, is_said=is_said)
            count += 1
        return b"".join([*made, before])


def _says(drawn: bytes, text: str) -> bool:
    """Tell whether what was drawn can be read back letter by letter.

    It cannot where no font has a letter, where a font may not be put in a file (its letters are drawn as shapes), and
    beyond the 65,536 first letters, of which Qt writes no code.
    """
    return not text or (b" Tj" in drawn and _NO_GLYPH not in drawn and max(text) <= _LAST_LETTER)
