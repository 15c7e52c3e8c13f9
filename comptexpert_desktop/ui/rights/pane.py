"""Beside the board: what the selected person has of the selected right, what mends it, and who else may use it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.presentation.rights import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.rights_board import BoardRight, Cell, Person
    from comptexpert_desktop.presentation.rights.queries import BoardView

SELECT_FIRST = "Sélectionnez une case pour voir qui le peut, et ce qui manque."


class RightPane(Card):
    """Says one cell or one line of the board, with a button a missing piece."""

    mend_requested = Signal(str, object)
    """The delegation, and the `Piece` that is to be mended."""
    back_requested = Signal()
    person_requested = Signal()
    """All that the shown person may do is wanted, in every cabinet."""

    def __init__(self) -> None:
        super().__init__(name="rightPane")
        self.title = PlainLabel(role="heading")
        self.answer = PlainLabel(SELECT_FIRST, selectable=True)
        self.answer.setObjectName("whoCanAnswer")
        self._parts = QVBoxLayout()
        self._parts.setSpacing(SPACE * 3)
        self._back = quiet("&Retour au tableau", name="backToBoardButton", icon="chevron-left")
        self._back.clicked.connect(self.back_requested)
        self.person_button = quiet("&Page de la personne", name="personPageButton", icon="user")
        self.person_button.clicked.connect(self.person_requested)
        inner = QWidget()
        inner.setProperty("page", "true")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE * 2, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.answer)
        column.addWidget(self.title)
        column.addWidget(self.person_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._parts)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.add(self._back)
        self.body.addWidget(area, 1)
        self.show_back(is_shown=False)

    def show_back(self, *, is_shown: bool) -> None:
        """Show the way back to the board, where the pane stands in its place."""
        self._back.setVisible(is_shown)

    def show_nothing(self) -> None:
        """Show that nothing is selected."""
        self._empty()
        self.title.setText("")
        self.person_button.hide()
        self.answer.setText(SELECT_FIRST)

    def show_right(self, view: BoardView, person: Person, right: BoardRight) -> None:
        """Say who may use a right, then what this person has of it."""
        self._empty()
        self.answer.setText(words.who(view.board, right, labels=view.labels))
        self._name(person)
        self._add(view, person, right)

    def show_person(self, view: BoardView, person: Person) -> None:
        """Say what one person has of each right."""
        self._empty()
        self.answer.setText("Tous ses droits dans ce cabinet, par délégation.")
        self._name(person)
        for right in view.rights:
            if view.board.cell(person, right) is not None:
                self._add(view, person, right)

    def _name(self, person: Person) -> None:
        self.title.setText(person.name)
        self.person_button.setAccessibleName(f"Page de {person.name}")
        self.person_button.setVisible("@" not in person.id)  # an address without an account has no page

    def _add(self, view: BoardView, person: Person, right: BoardRight) -> None:
        found = view.board.cell(person, right)
        title = words.right_title(right, labels=view.labels)
        if found is None:
            self._parts.addWidget(PlainLabel(f"{title}\u00a0: aucun droit par délégation."))
            return
        self._parts.addWidget(PlainLabel(title, role="strong"))
        self._parts.addWidget(PlainLabel(f"{words.state(found)} {words.waiting(found)}".strip()))
        for piece in words.pieces(found):
            self._parts.addWidget(PlainLabel(piece.text))
            self._add_button(found, piece, about=f"{title}, {person.name}")

    def _add_button(self, found: Cell, piece: words.Piece, *, about: str) -> None:
        button = secondary(piece.label, name=f"mend-{piece.mend}")
        button.setAccessibleName(f"{piece.label} ({about})")
        button.clicked.connect(partial(self._mend, found.delegation_id, piece))
        self._parts.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _mend(self, delegation_id: str, piece: words.Piece, *_clicked: bool) -> None:
        self.mend_requested.emit(delegation_id, piece)

    def _empty(self) -> None:
        while (item := self._parts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
