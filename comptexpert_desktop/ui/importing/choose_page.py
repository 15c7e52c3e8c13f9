"""The first page of an import: what the file must hold, a model of it, and the choice of the file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.domain.import_file import MAX_LINES
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

_COLUMNS = (
    ("Identifiant ou courriel", "la personne, ou l’adresse à inviter"),
    ("Service", "son nom ou son code"),
    ("Droits", "leurs noms, séparés par des virgules, ou leurs codes"),
    ("SIREN", "du cabinet, si vous en avez plusieurs"),
    ("Début, Fin", "au besoin, écrits ainsi\u00a0: 31/12/2026"),
    ("Motif", "au besoin, écrit au registre"),
)


class ChoosePage(QScrollArea):
    """Two buttons below a short list of columns."""

    file_requested = Signal()
    model_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choose_button = primary("Choisir un fichier…", name="importFileButton", icon="file")
        self.model_button = secondary("Enregistrer un modèle…", name="importModelButton")
        self.choose_button.clicked.connect(self.file_requested)
        self.model_button.clicked.connect(self.model_requested)
        card = Card("Les colonnes du fichier")
        card.body.setSpacing(SPACE * 2)
        for name, text in _COLUMNS:
            card.add(_column(name, text))
        buttons = WrappingRow(self.choose_button, self.model_button, spacing=SPACE * 2)
        maximum = wording.number(MAX_LINES)
        inner = QWidget()
        inner.setProperty("page", "true")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 4)
        column.addWidget(
            PlainLabel(
                f"Un fichier CSV de {maximum} lignes au plus, une ligne par personne et par service. "
                "Vous verrez ce que chaque ligne donnera. Rien n’est accordé avant votre accord."
            )
        )
        column.addLayout(buttons)
        column.addWidget(card)
        column.addStretch()


def _column(name: str, text: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    heading = PlainLabel(name, role="strong", wrap=False)
    heading.setMinimumWidth(theme.scaled(SPACE * 48))
    row.addWidget(heading)
    row.addWidget(PlainLabel(text), 1)
    return line
