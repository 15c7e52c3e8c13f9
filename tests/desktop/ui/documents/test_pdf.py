"""A paper as a PDF: everything that was said is there, in order, on numbered pages, and nothing is read as markup."""

from __future__ import annotations

import io
import threading

import pytest
from pypdf import PdfReader

from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.runtime.progress import GivenUp, Progress
from comptexpert_desktop.ui.documents import pdf

HEADER = ("Personne", "Service", "Fin")


def read(paper, **means):
    return PdfReader(io.BytesIO(pdf.content(paper, **means)), strict=True)


def text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def words(reader):
    return " ".join(text(reader).split())


def test_title_paragraphs_and_rows_are_read_back(qapp):
    rows = [("Zoé AUBERIVE", "Jesignexpert", "31/12/2026"), ("Œdipe d’Ÿs", "Bibliordre", "01/03/2027")]
    parts = (Paragraph("Deux droits vivent."), Paragraph("Les droits", "heading"), Table(HEADER, rows))
    reader = read(Paper("Départ de Zoé", "Cabinet Aubier", parts, foot="Comptexpert, le 24 novembre 2026"))
    said = words(reader)
    expected = [
        "Départ de Zoé Cabinet Aubier Deux droits vivent. Les droits Personne Service Fin",
        "Zoé AUBERIVE Jesignexpert 31/12/2026",
        "Œdipe d’Ÿs Bibliordre 01/03/2027",
        "Comptexpert, le 24 novembre 2026 Page 1 sur 1",
    ]
    places = [said.find(part) for part in expected]
    assert places == sorted(places)
    assert -1 not in places
    assert "\t" not in text(reader)


def test_the_title_and_the_language_are_those_of_the_document(qapp):
    reader = read(Paper("Départ de Zoé"))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Départ de Zoé"
    assert root["/Lang"] == "fr-FR"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_page_repeats_the_header_and_says_its_number(qapp):
    rows = [(f"Personne {number}", "Jesignexpert", "31/12/2026") for number in range(300)]
    reader = read(Paper("Droits", parts=(Table(HEADER, rows, (3, 2, 1)),)))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "Personne Service Fin" in page
        assert f"Page {number} sur {len(pages)}" in page
    found = [int(part.split()[0]) for part in " ".join(pages).split("Personne ") if part[0].isdigit()]
    assert found == list(range(300))


def test_a_row_longer_than_a_page_goes_on(qapp):
    long = " ".join(f"mot{number}" for number in range(3000))
    reader = read(Paper("Registre", parts=(Table(("A", "B"), [("début", long), ("fin", "après")]),)))
    said = words(reader)
    assert len(reader.pages) > 1
    assert [each for each in said.split() if each.startswith("mot")] == long.split()
    assert "après" in said


def test_a_word_wider_than_its_column_is_broken_not_cut(qapp):
    address = f"{'a' * 150}@cabinet.example"
    reader = read(Paper("Droits", parts=(Table(("A", "B", "C", "D"), [(address, "", "", "")]),)))
    assert address in text(reader).replace("\n", "").replace(" ", "")


def test_text_is_never_markup(qapp):
    name = "<b>Gras</b> &amp; <img src=x>"
    assert name in words(read(Paper(name, parts=(Paragraph(name), Table(("A",), [(name,)])))))


def test_control_characters_are_left_out(qapp):
    assert "avant après" in words(read(Paper("x", parts=(Paragraph("avant\t\x00\x07après"),))))


def test_a_thread_may_write_it(qapp):
    made = []
    thread = threading.Thread(target=lambda: made.append(pdf.content(Paper("Fil", parts=(Paragraph("texte"),)))))
    thread.start()
    thread.join(20)
    assert b"%PDF" in made[0][:8]


def test_the_progress_reaches_its_total_and_can_be_given_up(qapp):
    paper = Paper("Droits", parts=(Paragraph("x"), Table(HEADER, [("a", "b", "c")] * 10)))
    progress = Progress()
    progress.begin(1, until=0.5)
    progress.step(1)
    assert progress.fraction == 0.5
    pdf.content(paper, progress=progress)
    assert progress.fraction == 1.0
    given_up = Progress()
    given_up.cancel()
    with pytest.raises(GivenUp):
        pdf.content(paper, progress=given_up)
