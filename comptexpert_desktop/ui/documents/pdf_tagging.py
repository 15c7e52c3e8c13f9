"""Write the tags of a document into the file that Qt drew: its structure tree, its language, its list of headings.

pypdf reads the file and writes it again. Imported when a PDF is made, never before. Why: docs/adr/0098-tagged-pdf.md.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, cast

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pypdf import PageObject
    from pypdf.generic import IndirectObject, PdfObject

    from comptexpert_desktop.ui.documents.pdf_tags import Element, Tags

LANGUAGE = "fr-FR"
_HEADINGS = {"H1": 1, "H2": 2}
_PDF_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>\n    </rdf:RDF>'
)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_RANGE = re.compile(rb"<(\w+)> <(\w+)> (?:<(\w+)>|\[(.*?)\])", re.DOTALL)
_CODE = re.compile(rb"<(\w+)>")
_TAB, _SPACE, _NOT_SAID = b"0009", b"0020", {b"0000", b"FEFF", b"FFFE"}
_BLOCK = 100
"""How many letters a block may hold, by the format."""


def tagged(made: bytes, tags: Tags, *, step: Callable[[float], object]) -> bytes:
    """Return the file with its tags; `step` is called with the share that is done, and may raise to give up."""
    writer = PdfWriter(clone_from=io.BytesIO(made))
    writer.pdf_header = "%PDF-1.7"
    pages = list(writer.pages)
    for number, page in enumerate(pages):
        _stamp(writer, page, number=number, tags=tags)
        step(0.4 * (number + 1) / len(pages))
    for letters in _alphabets(pages):
        _mend_letters(letters)
    _say_of_the_file(writer, is_complete=tags.is_complete)
    tree = _Tree(writer, pages)
    tree.write(tags.document)
    _list_headings(writer, tags.document)
    step(0.7)
    target = io.BytesIO()
    writer.write(target)
    step(1.0)
    return target.getvalue()


def _stamp(writer: PdfWriter, page: PageObject, *, number: int, tags: Tags) -> None:
    drawn = page.get_contents()
    stream = StreamObject()
    stream.set_data(tags.stamp(b"" if drawn is None else drawn.get_data(), page=number))
    writer._replace_object(page.raw_get("/Contents"), stream.flate_encode())  # noqa: SLF001
    page[NameObject("/Tabs")] = NameObject("/S")
    page[NameObject("/StructParents")] = NumberObject(number)
    page.pop("/Annots", None)  # an empty list


def _alphabets(pages: Sequence[PageObject]) -> list[StreamObject]:
    """Find what says which letter each glyph is, once for each font."""
    resources = [cast("DictionaryObject", page["/Resources"]) for page in pages]
    fonts = [font.get_object() for one in resources for font in one.get("/Font", {}).values()]
    found = [font["/ToUnicode"].get_object() for font in fonts if "/ToUnicode" in font]
    return list({id(one): one for one in found}.values())


def _mend_letters(letters: StreamObject) -> None:
    """Say a letter for each glyph, one a line."""
    # WORKAROUND: Qt says that no glyph is the letter 0, and that a space is a tab, for one glyph stands for both:
    # copied text would be full of them. https://doc.qt.io/qt-6/qpdfwriter.html offers no other way.
    said = letters.get_data()
    found = [pair for ranges in _RANGES.findall(said) for pair in _pairs(ranges) if pair[1] not in _NOT_SAID]
    lines = [b"<%04X> <%b>\n" % (glyph, _SPACE if letter == _TAB else letter) for glyph, letter in found]
    blocks = [lines[first : first + _BLOCK] for first in range(0, len(lines), _BLOCK)]
    written = b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    head, end, _rest = said.partition(b"endcodespacerange\n")
    letters.set_data(head + end + written + said[said.rindex(b"endcmap") :])


def _pairs(ranges: bytes) -> Iterator[tuple[int, bytes]]:
    for first, last, one, several in _RANGE.findall(ranges):
        letters = _CODE.findall(several) or [
            b"%04X" % (int(one, 16) + n) for n in range(int(last, 16) - int(first, 16) + 1)
        ]
        yield from enumerate(letters, start=int(first, 16))


def _say_of_the_file(writer: PdfWriter, *, is_complete: bool) -> None:
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    root[NameObject("/MarkInfo")] = _dictionary(Marked=BooleanObject(True))
    root[NameObject("/ViewerPreferences")] = _dictionary(DisplayDocTitle=BooleanObject(True))
    metadata = root["/Metadata"].get_object()
    if is_complete and isinstance(metadata, StreamObject):  # PDF/UA wants a glyph for each letter
        metadata.set_data(metadata.get_data().replace(b"</rdf:RDF>", _PDF_UA, 1))


def _list_headings(writer: PdfWriter, document: Element) -> None:
    """Offer the headings beside the pages; one alone is the title, which is said already."""
    headings = [one for one in document.inside if one.kind in _HEADINGS and one.strokes]
    if len(headings) > 1:
        for one in headings:
            writer.add_outline_item(title=one.text, page_number=one.strokes[0][0])


class _Tree:
    """The structure tree: each element as an object, and for each page which stroke belongs to which element."""

    def __init__(self, writer: PdfWriter, pages: Sequence[PageObject]) -> None:
        self._writer = writer
        self._pages = [page.indirect_reference for page in pages]
        self._owners: list[dict[int, IndirectObject]] = [{} for _page in pages]

    def write(self, document: Element) -> None:
        """Write everything below the document."""
        root = _dictionary(Type=NameObject("/StructTreeRoot"))
        place = self._writer._add_object(root)  # noqa: SLF001 - documented by pypdf as the way to add an object
        root[NameObject("/K")] = ArrayObject([self._element(document, place)])
        numbers: list[PdfObject] = []
        for page, owners in enumerate(self._owners):
            found = ArrayObject(owners[stroke] for stroke in sorted(owners))
            numbers += [NumberObject(page), self._writer._add_object(found)]  # noqa: SLF001
        tree = self._writer._add_object(_dictionary(Nums=ArrayObject(numbers)))  # noqa: SLF001
        root[NameObject("/ParentTree")] = tree
        root[NameObject("/ParentTreeNextKey")] = NumberObject(len(self._owners))
        self._writer.root_object[NameObject("/StructTreeRoot")] = place

    def _element(self, element: Element, parent: IndirectObject) -> IndirectObject:
        made = _dictionary(S=NameObject(f"/{element.kind}"), P=parent)
        place = self._writer._add_object(made)  # noqa: SLF001
        inside: list[PdfObject] = []
        for page, stroke in element.strokes:
            self._owners[page][stroke] = place
            if page == element.strokes[0][0]:
                made[NameObject("/Pg")] = self._pages[page]
                inside.append(NumberObject(stroke))
            else:
                kind = NameObject("/MCR")
                inside.append(_dictionary(Type=kind, Pg=self._pages[page], MCID=NumberObject(stroke)))
        inside += [self._element(one, place) for one in element.inside]
        if inside:
            made[NameObject("/K")] = ArrayObject(inside)
        self._describe(element, made)
        return place

    def _describe(self, element: Element, made: DictionaryObject) -> None:
        if element.kind == "Document":
            made[NameObject("/Lang")] = TextStringObject(LANGUAGE)
        if element.instead:
            made[NameObject("/ActualText")] = TextStringObject(element.instead)
        if element.kind == "TH":
            made[NameObject("/A")] = _dictionary(O=NameObject("/Table"), Scope=NameObject("/Column"))
        if element.kind == "Figure":
            made[NameObject("/Alt")] = TextStringObject(element.text)
        if element.box is not None:
            box = ArrayObject(FloatObject(side) for side in element.box)
            made[NameObject("/A")] = _dictionary(O=NameObject("/Layout"), BBox=box)


def _dictionary(**entries: PdfObject | None) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): one for name, one in entries.items() if one is not None})
