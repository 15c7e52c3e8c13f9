"""A paper goes where the person says; what came of it is said."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from comptexpert_desktop.domain.report import Paper, Paragraph
from comptexpert_desktop.ui.documents import saving

PAPER = Paper("Départ de Zoé", parts=(Paragraph("Deux droits vivent."),))


CASES = [
    (".", "Le document est enregistré\u00a0: «\u00a0depart.pdf\u00a0».", "success"),
    ("absent", "n’a pas pu être écrit", "danger"),
]


@pytest.mark.parametrize("case", CASES, ids=["written", "refused"])
def test_what_came_of_it_is_said(app_kit, qtbot, tmp_path, case):
    folder, sentence, tone = case
    parent = QWidget()
    qtbot.addWidget(parent)
    app_kit.tasks.start()
    said = []
    target = tmp_path / folder / "depart.pdf"
    dialog = saving.ask_and_write(
        parent, app_kit.tasks, paper=PAPER, suggested="depart.pdf", announce=lambda *told: said.append(told)
    )
    assert dialog.objectName() == "paperFileDialog"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    qtbot.waitUntil(lambda: bool(said))
    assert sentence in said[0][0]
    assert said[0][1] == tone
    assert target.exists() is (tone == "success")
