"""Ready reasons for a refusal: one choice writes the note, which stays the person's to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.ui.widgets.dialogs import Question

REASONS = (
    ("Droit trop large", "Ce droit va plus loin que ce que votre mission demande. Demandez un droit plus étroit."),
    ("Motif à préciser", "Le motif ne dit pas pour quels dossiers ni pour combien de temps. Précisez-le."),
    ("Pas dans cette mission", "Ce service ne fait pas partie de votre mission au cabinet."),
    ("Autre expert-comptable", "Adressez cette demande à l’expert-comptable qui suit le dossier."),
    ("Personne non reconnue", "Je ne vous reconnais pas comme membre du cabinet. Appelez-moi avant une autre demande."),
)


def add_reasons(dialog: Question) -> None:
    """Offer the ready reasons above the note of a question."""
    note = dialog.findChild(QPlainTextEdit, "noteEdit")
    assert note is not None
    choice = Choice(name="reasonChoice")
    choice.offer([("À écrire", ""), *REASONS])
    field = Field("Raison &prête", choice, name="reasonChoice")
    dialog.body.insertWidget(dialog.body.count() - 1, field)
    choice.currentIndexChanged.connect(lambda _index: note.setPlainText(str(choice.currentData() or "")))
    note.setFocus()
