"""Show « Pourquoi ? »: the rule, who can unblock it, the message to copy or to open in the mail client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from comptexpert_desktop.presentation.delegations.explanations import Letter, Why
    from comptexpert_desktop.ui.widgets.links import Links

_INNER = SPACE * 114
"""How wide the words are in the narrowest dialog."""
_AROUND = SPACE * 45
"""Room for the buttons, on two lines at most, the answer below the words, and the margins."""
COPIED = "Le message est copié."
OPENED = "Votre messagerie s’ouvre sur le message. Rien n’est envoyé sans vous."
NO_MAIL = "Aucune messagerie ne s’est ouverte. Copiez le message."


class WhyDialog(QDialog):
    """One part a reason; one message at most, the first that can be sent."""

    def __init__(self, parent: QWidget, *, found: Sequence[Why], links: Links | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("whyDialog")
        self.setWindowTitle(f"Pourquoi{wording.NBSP}?")
        screen_room.widen(self, SPACE * 130)
        self.setMaximumWidth(theme.scaled(SPACE * 170))
        self._links = links
        self._letter = next((one.letter for one in found if one.letter), None)
        self._answer = PlainLabel(role="hint")
        self._answer.setObjectName("whyTold")
        body = QWidget()
        body.setProperty("page", "true")
        parts = QVBoxLayout(body)
        parts.setContentsMargins(0, 0, SPACE * 2, 0)
        parts.setSpacing(SPACE * 3)
        parts.addWidget(PlainLabel(f"Pourquoi{wording.NBSP}?", role="heading"))
        for why in found:
            _explain(why, column=parts)
        if self._letter is not None:
            parts.addWidget(self._message(self._letter))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 6, SPACE * 6, SPACE * 6, SPACE * 5)
        column.setSpacing(SPACE * 4)
        needed = min(parts.totalHeightForWidth(_INNER), SPACE * 130, screen_room.room(self).height() - _AROUND)
        column.addWidget(_scrolling(body, height=max(SPACE * 30, needed)), 1)
        column.addWidget(self._answer)
        column.addLayout(self._buttons())
        self._answer.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Open within the screen: what is said scrolls."""
        self.resize(self.sizeHint().boundedTo(screen_room.room(self)))
        super().showEvent(event)

    def _message(self, letter: Letter) -> QWidget:
        to = f"À {letter.name}" + (f" ({letter.to})." if letter.to else ".")
        text = QPlainTextEdit()
        text.setPlainText(f"{letter.subject}\n\n{letter.body}")
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setMinimumHeight(SPACE * 40)
        return Field("&Message prêt à envoyer", text, hint=to, name="whyMessage")

    def _buttons(self) -> WrappingRow:
        line = WrappingRow(spacing=SPACE * 2)
        if self._letter is not None:
            copy = secondary("Copier le message", name="whyCopyButton", icon="copy")
            copy.clicked.connect(self._copy)
            line.addWidget(copy)
            if self._links is not None:
                mail = secondary("Écrire un courriel", name="whyMailButton", icon="mail")
                mail.clicked.connect(self._mail)
                line.addWidget(mail)
        close = primary("Fermer", name="whyCloseButton")
        close.clicked.connect(self.accept)
        close.setFocus()
        line.addWidget(close)
        return line

    def _copy(self) -> None:
        if self._letter is not None:
            QGuiApplication.clipboard().setText(f"{self._letter.subject}\n\n{self._letter.body}")
            self._tell(COPIED)

    def _mail(self) -> None:
        letter = self._letter
        if letter is None or self._links is None:
            return
        if letter.to:
            opened = self._links.write_mail(letter.to, subject=letter.subject, body=letter.body)
        else:
            opened = self._links.begin_mail(subject=letter.subject, body=letter.body)
        self._tell(OPENED if opened else NO_MAIL)

    def _tell(self, said: str) -> None:
        self._answer.setText(said)
        self._answer.show()
        accessible.tell(self, said)


def _explain(why: Why, *, column: QVBoxLayout) -> None:
    column.addWidget(PlainLabel(why.about, role="strong"))
    column.addWidget(PlainLabel(f"La règle{wording.NBSP}: {why.rule}"))
    column.addWidget(PlainLabel(f"Qui peut débloquer{wording.NBSP}: {why.who}"))


def _scrolling(body: QWidget, *, height: int) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("whyScroll")
    area.setAccessibleName("Explication")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumHeight(height)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(body)
    return area


def explain(parent: QWidget, *, found: Sequence[Why], links: Links | None) -> WhyDialog:
    """Open the explanation; closing it changes nothing."""
    dialog = WhyDialog(parent, found=found, links=links)
    dialog.open()
    return dialog
