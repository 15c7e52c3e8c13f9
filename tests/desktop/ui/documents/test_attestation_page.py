"""An attestation is one page whose code and words are those that the server signed."""

from __future__ import annotations

import io

import pypdf

from comptexpert_desktop.domain.attestation import Drawn
from comptexpert_desktop.presentation.documents import attestation_paper
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.documents import pdf
from tests.desktop.ui import kit
from tests.desktop.usecases.test_attestation import sealed

CODE = tuple("10" * 12 + "1" if row % 2 else "01" * 12 + "0" for row in range(25))


def test_it_is_one_page_that_says_who_may_do_what_and_how_to_check(qapp) -> None:
    made = attestation_paper.paper(Drawn(sealed(), CODE), labels=Labels(kit.catalogue()))
    pages = pypdf.PdfReader(io.BytesIO(pdf.content(made))).pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().replace("\u00a0", " ").split())
    for words in ("Attestation du 24 novembre 2026", "Lou MARCHETTI", "Préparer un document", "verify-register"):
        assert words in text


def test_its_file_is_named_by_the_person_and_the_day() -> None:
    assert attestation_paper.file_name(Drawn(sealed(), CODE)) == "attestation-lmarchetti-2026-11-24.pdf"
