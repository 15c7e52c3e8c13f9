"""Every line of the diagnostic, before any of it is written: what is saved is what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import save_file, screen_room
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "comptexpert-diagnostic.json"
_INTRO = (
    "Voici tout ce que contiendra le fichier. Les personnes y sont remplacées par des lettres. Rien n’est écrit ni "
    "envoyé avant que vous l’enregistriez."
)


class BundleDialog(QDialog):
    """Shows the whole text; saves it to a file that the person chooses."""

    def __init__(self, parent: QWidget, content: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("bundleDialog")
        self.setWindowTitle("Préparer un diagnostic")
        screen_room.resize(self, 760, 600)
        self._content = content
        self.text = QPlainTextEdit(content)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.outcome = PlainLabel(role="strong")
        self.copy_button = secondary("&Copier", name="copyBundleButton", icon="copy")
        self.save_button = primary("&Enregistrer sous", name="saveBundleButton", icon="file")
        self.close_button = secondary("&Fermer", name="closeBundleButton")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.reject)
        self._build()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._content)
        self._tell("Le diagnostic est copié.")

    def _ask(self) -> None:
        save_file.ask_file(
            self,
            title="Enregistrer le diagnostic",
            name="bundleFileDialog",
            suggested=FILE_NAME,
            kind="Diagnostic (*.json)",
            chosen=self.save_to,
        )

    def save_to(self, target: Path) -> None:
        """Write what is shown, whole or not at all."""
        if save_file.write(target, self._content.encode()):
            self._tell(f"Le diagnostic est enregistré{wording.NBSP}: {target.name}.")
        else:
            self._tell("Le fichier n’a pas pu être écrit. Choisissez un autre dossier.")

    def _tell(self, text: str) -> None:
        self.outcome.setText(text)
        accessible.tell(self.outcome, text)

    def _build(self) -> None:
        count = wording.count(len(self._content.splitlines()), "ligne")
        buttons = WrappingRow(self.copy_button, spacing=SPACE * 2, ends=(self.close_button, self.save_button))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(PlainLabel("Préparer un diagnostic", role="heading"))
        column.addWidget(PlainLabel(_INTRO))
        column.addWidget(Field("Contenu du &diagnostic", self.text, hint=count, name="bundleText"), 1)
        column.addWidget(self.outcome)
        column.addLayout(buttons)
        self.save_button.setFocus()


def show(parent: QWidget, content: str) -> BundleDialog:
    """Open the window on a text."""
    dialog = BundleDialog(parent, content)
    dialog.open()
    return dialog
