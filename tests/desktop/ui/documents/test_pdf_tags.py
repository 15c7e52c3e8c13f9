"""A PDF by ear: what is said of it, in which order, read by poppler and checked by a validator, neither of them ours."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections import Counter

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter

from comptexpert_desktop.domain.report import Code, PageBreak, Paper, Paragraph, Table
from comptexpert_desktop.runtime.progress import GivenUp, Progress
from comptexpert_desktop.ui.documents import pdf, pdf_pen, pdf_tagging
from comptexpert_desktop.ui.documents.pdf_tags import MARK_PLACE, Tags
from comptexpert_desktop.ui.look import display
from tests.desktop.ui.documents import accessible_pdf

HEADER = ("Personne", "Service", "Fin")
ROWS = [("Zoé AUBERIVE", "Jesignexpert", "31/12/2026"), ("Œdipe d’Ÿs", "", "01/03/2027")]
PARTS = (
    Paragraph("Deux droits vivent."),
    Paragraph("Les droits", "heading"),
    Table(HEADER, ROWS),
    Code(("101", "010"), "Code QR : l’attestation."),
    PageBreak(),
    Paragraph("La suite", "heading"),
    Paragraph("Une note.", "note"),
)
PAPER = Paper("Départ de Zoé", "Cabinet Aubier", PARTS, foot="Comptexpert, le 24 novembre 2026")
HEARD = """\
Document
  H1 (block) "Départ de Zoé"
  P (block) "Cabinet Aubier"
  P (block) "Deux droits vivent."
  H2 (block) "Les droits"
  Table (block)
    THead
      TR
        TH: /Scope /Column "Personne"
        TH: /Scope /Column "Service"
        TH: /Scope /Column "Fin"
    TBody
      TR
        TD "Zoé AUBERIVE"
        TD "Jesignexpert"
        TD "31/12/2026"
      TR
        TD "Œdipe d’Ÿs"
        TD
        TD "01/03/2027"
  Figure: /BBox ""
  H2 (block) "La suite"
  P (block) "Une note.\""""
PAINTING = frozenset({b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"Tj", b"TJ", b"'", b'"', b"Do", b"sh"})


def heard(content, tmp_path):
    """Return the parts of a document as poppler finds them, each on its line with its text."""
    assert shutil.which("pdfinfo"), "dev.py installs poppler-utils"
    file = tmp_path / "heard.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdfinfo", "-struct-text", file], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    lines: list[str] = []
    for line in done.stdout.splitlines():
        text = line.strip()
        if text.startswith(('"', "/")):
            lines[-1] = f"{lines[-1]} {text.partition(' [')[0]}".replace('" "', "")
        else:
            lines.append(line)
    return lines


def test_who_listens_hears_each_part_once_in_the_order_of_reading(qapp, tmp_path):
    assert "\n".join(heard(pdf.content(PAPER), tmp_path)) == HEARD


def test_a_validator_finds_it_to_be_pdf_ua(qapp):
    content = pdf.content(PAPER)
    assert accessible_pdf.claims(content)
    assert accessible_pdf.faults(content) == []


def test_the_validator_looks(qapp):
    untagged = pdf.content(PAPER).replace(b"/StructTreeRoot", b"/StructTreeBoot")
    assert accessible_pdf.faults(untagged) != []


def test_what_a_reader_shows_beside_the_pages(qapp):
    reader = PdfReader(io.BytesIO(pdf.content(PAPER)), strict=True)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"] == {"/Marked": True}
    assert [(one.title, reader.get_destination_page_number(one)) for one in reader.outline] == [
        ("Départ de Zoé", 0),
        ("Les droits", 0),
        ("La suite", 1),
    ]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    (figure,) = [one for one in elements(reader) if one["/S"] == "/Figure"]
    assert figure["/Alt"] == "Code QR : l’attestation."
    left, low, right, high = figure["/A"]["/BBox"]
    assert 0 < left < right < 595
    assert 0 < low < high < 842


def test_one_heading_alone_is_no_list(qapp):
    assert PdfReader(io.BytesIO(pdf.content(Paper("Seul")))).outline == []


def elements(reader):
    """List every part of the document, the deepest last."""
    found = [one.get_object() for one in reader.trailer["/Root"]["/StructTreeRoot"]["/K"]]
    for one in found:
        found += [child.get_object() for child in one.get("/K", []) if not isinstance(child, int) and "/S" in child]
    return found


def test_each_stroke_belongs_to_one_part_or_is_an_artifact(qapp):
    rows = [(f"Personne {number}", "Jesignexpert", "mot " * 90) for number in range(60)]
    parts = (*PARTS, Paragraph("phrase " * 900), Table(HEADER, [*rows, ("x", "mot " * 3000, "y")]))
    reader = PdfReader(io.BytesIO(pdf.content(Paper("Droits", "", parts, foot="pied"))), strict=True)
    assert len(reader.pages) > 6
    owners = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    said = 0
    for number, page in enumerate(reader.pages):
        outside, strokes = painted(page, reader)
        assert outside == 0
        assert strokes == list(range(len(strokes)))
        assert page["/StructParents"] == number == owners[2 * number]
        assert len(owners[2 * number + 1].get_object()) == len(strokes)
        said += len(strokes)
    assert said == sum(1 for one in elements(reader) for child in one.get("/K", []) if is_stroke(child.get_object()))


def is_stroke(child):
    return isinstance(child, int) or child.get("/Type") == "/MCR"


def painted(page, reader):
    """Count what is painted outside marked content, and list the numbers of the strokes."""
    outside, depth, strokes = 0, 0, []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"BDC":
            assert depth == 0
            depth += 1
            strokes += [operands[1]["/MCID"]] if operands[0] != "/Artifact" else []
        elif operator == b"EMC":
            depth -= 1
        elif operator in PAINTING and depth != 1:
            outside += 1
    assert depth == 0
    return outside, strokes


def test_a_header_that_is_repeated_is_heard_once(qapp, tmp_path):
    rows = [(f"Personne {number}", "Jesignexpert", "31/12/2026") for number in range(80)]
    lines = [line.strip() for line in heard(pdf.content(Paper("Droits", "", (Table(HEADER, rows),))), tmp_path)]
    kinds = Counter(line.split()[0].rstrip(":") for line in lines)
    assert kinds == {"Document": 1, "H1": 1, "Table": 1, "THead": 1, "TBody": 1, "TR": 81, "TH": 3, "TD": 240}
    assert [line for line in lines if "Personne" in line][1:] == [f'TD "Personne {number}"' for number in range(80)]
    assert not any("Page" in line for line in lines)


def test_a_text_on_several_lines_and_pages_is_one_part_of_whole_words(qapp, tmp_path):
    long = " ".join(f"mot{number}" for number in range(1500))
    several = "première ligne\nseconde"
    parts = (Paragraph(long), Paragraph(several), Table(("A", "B"), [("début", long), ("fin", several)]))
    lines = [line.strip() for line in heard(pdf.content(Paper("Registre", "", parts)), tmp_path)]
    assert [line for line in lines if "mot" in line] == [f'P (block) "{long}"', f'TD "{long}"']
    assert [line for line in lines if "seconde" in line] == [
        'P (block) "première ligne seconde"',
        'TD "première ligne seconde"',
    ]


def test_letters_that_cannot_be_read_back_are_said(qapp):
    name = "Zoé \U00013000 AUBERIVE"
    content = pdf.content(Paper(name, "Cabinet"))
    reader = PdfReader(io.BytesIO(content), strict=True)
    said = {one["/S"]: one.get("/ActualText") for one in elements(reader)}
    assert said == {"/Document": None, "/H1": name, "/P": None}
    assert not accessible_pdf.claims(content), "PDF/UA wants a glyph for each letter"


@pytest.mark.parametrize(
    ("drawn", "instead"),
    [(b"BT <0003> Tj ET\n", ""), (b"BT <0000> Tj ET\n", "漢"), (b"0 0 m 1 1 l f\n", "漢")],
    ids=["a glyph", "no glyph", "a shape"],
)
def test_what_is_said_instead_of_letters(drawn, instead):
    tags = Tags()
    said = tags.document.add("P")
    mark = b" %d 1 1 re\nf\n" % MARK_PLACE
    number = b"%d" % tags.begin(said, text="漢")
    stamped = tags.stamp(b"q\n" + number + mark + drawn + b"0" + mark, page=4)
    assert stamped == b"q\n/P <</MCID 0>> BDC\n" + drawn + b"EMC\n"
    assert (said.instead, said.strokes, tags.is_complete) == (instead, [(4, 0)], not instead)


@pytest.mark.parametrize("ink", [pdf_pen.INK, pdf_pen.PALE])
@pytest.mark.parametrize("ground", [QColor("white"), pdf_pen.SHADE])
def test_words_can_be_read_on_their_ground(ink, ground):
    assert display.contrast(ink, ground) >= display.READ_SELECTED


def test_a_printer_gets_no_marks(qapp, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert pdf.draw(PAPER, on=printer)
    drawn = [page.get_contents().get_data() for page in PdfReader(tmp_path / "printed.pdf").pages]
    assert len(drawn) == 2
    assert not any(str(MARK_PLACE).encode() in one for one in drawn)


def test_no_mark_is_left_on_the_pages(qapp):
    pages = PdfReader(io.BytesIO(pdf.content(PAPER))).pages
    assert not any(str(MARK_PLACE).encode() in page.get_contents().get_data() for page in pages)


def test_the_tags_can_be_given_up(qapp, monkeypatch):
    progress = Progress()
    stamped = pdf_tagging._stamp

    def stamp_and_cancel(*args, **named):
        progress.cancel()
        stamped(*args, **named)

    monkeypatch.setattr(pdf_tagging, "_stamp", stamp_and_cancel)
    with pytest.raises(GivenUp):
        pdf.content(PAPER, progress=progress)
