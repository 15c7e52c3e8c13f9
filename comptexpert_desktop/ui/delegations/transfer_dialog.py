"""Ask which expert-comptable of the firm takes a delegation over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations import words
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.ui.delegations.case import Case

LONGEST_NOTE = 500
NOBODY = (
    "Aucun autre expert-comptable de ce cabinet n’est connu de ce poste. La liste vient du serveur, une fois connecté."
)
CONSEQUENCE = (
    "Cet expert-comptable en répond désormais. Les droits, la date de fin et la personne qui les reçoit ne changent "
    "pas. Le changement est effectif quand le serveur a répondu."
)


class PeerChoice(QWidget):
    """The experts-comptables of one firm, and a word to them."""

    def __init__(self, peers: Sequence[Party], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.note = QLineEdit()
        self.note.setMaxLength(LONGEST_NOTE)
        self._nobody = PlainLabel(NOBODY, role="hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(Field("&Confier à", self.box, name="peerBox"))
        column.addWidget(self._nobody)
        column.addWidget(Field("&Note (facultatif)", self.note, hint="Inscrite au registre.", name="transferNoteEdit"))
        for peer in peers:
            self.box.addItem(peer.display_name, peer.entry_id)
        self._nobody.setVisible(not peers)
        self.box.setEnabled(bool(peers))

    def chosen(self) -> str:
        """Return the registry entry of who takes over; empty when there is nobody."""
        return str(self.box.currentData() or "")

    def words(self) -> str:
        """Return the note."""
        return self.note.text().strip()


class TransferDialog(Question):
    """One delegation, one name to choose; Enter and Ctrl+Enter confirm."""

    def __init__(self, parent: QWidget, *, case: Case, peers: Sequence[Party]) -> None:
        delegation = case.row.delegation
        rights = case.labels.rights(delegation.service, delegation.rights)
        service = case.labels.service(delegation.service)
        noun = "demande" if delegation.status in words.UNDECIDED else "délégation"
        super().__init__(
            parent,
            title=f"Transférer la {noun} de {delegation.grantee.display_name}{wording.NBSP}?",
            text=f"{service}{wording.NBSP}: {rights}. {CONSEQUENCE}",
            action="Transférer",
            tone="primary",
        )
        self.setObjectName("transferDialog")
        others = [peer for peer in peers if peer.entry_id != delegation.grantor.entry_id]
        self.peers = PeerChoice(others)
        self.body.addWidget(self.peers)
        self.confirm_button.setEnabled(bool(others))
        self.confirm_button.setDefault(True)
        (self.peers.box if others else self.cancel_button).setFocus()


def ask_transfer(
    parent: QWidget, *, case: Case, peers: Sequence[Party], done: Callable[[str, str], None]
) -> TransferDialog:
    """Ask who takes over; `done` gets the entry and the note, only when the person confirms."""
    dialog = TransferDialog(parent, case=case, peers=peers)
    dialog.accepted.connect(lambda: done(dialog.peers.chosen(), dialog.peers.words()))
    dialog.open()
    return dialog
