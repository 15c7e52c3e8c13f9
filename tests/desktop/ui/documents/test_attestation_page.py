"""An attestation on paper says all that the server signed: one page, or a page a part with its code."""

from __future__ import annotations

import io

import pypdf
import pytest

from comptexpert_desktop.domain.attestation import Drawn
from comptexpert_desktop.presentation.documents import attestation_paper
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.documents import pdf
from tests.desktop.ui import kit
from tests.desktop.usecases.test_attestation import SQUARE as CODE
from tests.desktop.usecases.test_attestation import in_parts, sealed


def words_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def test_it_is_one_page_that_says_who_may_do_what_and_how_to_check(qapp) -> None:
    made = attestation_paper.paper(Drawn(sealed(), CODE), labels=Labels(kit.catalogue()))
    pages = pypdf.PdfReader(io.BytesIO(pdf.content(made))).pages
    assert len(pages) == 1
    text = words_of(pages[0])
    assert "Partie" not in text
    for words in ("Attestation du 24 novembre 2026", "Lou MARCHETTI", "Préparer un document", "verify-register"):
        assert words in text


def test_its_file_is_named_by_the_person_and_the_day() -> None:
    assert attestation_paper.file_name(Drawn(sealed(), CODE)) == "attestation-lmarchetti-2026-11-24.pdf"


@pytest.mark.parametrize(
    ("sizes", "by"), [([14, 11], "Hélène DELORME"), ([14] * 14 + [4], "Anne-Sophie DE LA BOUËXIÈRE")]
)
def test_more_rights_than_a_code_holds_are_all_on_paper_a_page_a_part(qapp, sizes: list[int], by: str) -> None:
    made = attestation_paper.paper(in_parts(sizes, by=by), labels=Labels(kit.catalogue()))
    pages = [words_of(page) for page in pypdf.PdfReader(io.BytesIO(pdf.content(made))).pages]
    total, parts = sum(sizes), len(sizes)
    assert len(pages) == parts
    for number, page in enumerate(pages, start=1):
        first, last = sum(sizes[: number - 1]) + 1, sum(sizes[:number])
        said = (
            f"Partie {number} sur {parts} : droits {first} à {last} sur {total}.",
            "Attestation du 24 novembre 2026",
            "Lou MARCHETTI",
            "Cabinet des Aubépines, SIREN 732829320",
            f"Page {number} sur {parts}",
            "verify-register",
        )
        assert [words for words in said if words not in page] == []
        assert page.count(by.rsplit(maxsplit=1)[-1]) == last - first + 1
    assert "Partie 15 sur 15 : droits 197 à 200 sur 200." in pages[-1] or parts == 2


def test_a_part_of_one_right_says_so_and_a_longer_one_flows_over(qapp) -> None:
    name = "Marie-Clémence-Joséphine " * 9 + "DE LA BOUËXIÈRE-MONTMORENCY"
    made = attestation_paper.paper(in_parts([6, 1], by=name), labels=Labels(kit.catalogue()))
    pages = [words_of(page) for page in pypdf.PdfReader(io.BytesIO(pdf.content(made))).pages]
    whole = " ".join(pages)
    assert "Partie 2 sur 2 : droit 7 sur 7." in whole
    assert whole.count("MONTMORENCY") == 7
    assert pages[-1].endswith(f"Page {len(pages)} sur {len(pages)}")
