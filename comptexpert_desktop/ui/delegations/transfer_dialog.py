"""Ask which expert-comptable of the firm takes a delegation over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case

MAX_NOTE = 500
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
        self.box = Choice()
        self.note = QLineEdit()
        self.note.setMaxLength(MAX_NOTE)
        self._nobody = PlainLabel(NOBODY, role="hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 3)
        column.addWidget(Field("&Confier à", self.box, name="peerBox"))
        column.addWidget(self._nobody)
        column.addWidget(Field("&Note (facultatif)", self.note, hint="Inscrite au registre.", name="transferNoteEdit"))
        self.offer(peers)

    def offer(self, peers: Sequence[Party]) -> None:
        """Offer these people too; a choice already made is kept."""
        for peer in peers:
            if self.box.findData(peer.entry_id) < 0:
                self.box.addItem(peer.display_name, peer.entry_id)
        self._nobody.setHidden(self.box.count() > 0)
        self.box.setEnabled(self.box.count() > 0)

    def chosen(self) -> str:
        """Return the registry entry of who takes over; empty when there is nobody."""
        return str(self.box.currentData() or "")

    def words(self) -> str:
        """Return the note."""
        return self.note.text().strip()


class TransferDialog(Question):
    """One delegation, one name to choose; Enter and Ctrl+Enter confirm."""

    def __init__(self, parent: QWidget, *, case: Case, peers: Sequence[Party], account_id: str = "") -> None:
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
        self._grantor = delegation.grantor.entry_id
        self._not_me = account_id if delegation.status is Status.PENDING else ""
        self.peers = PeerChoice(())
        self.body.addWidget(self.peers)
        self.offer(peers)
        self.peers.box.currentIndexChanged.connect(self.changed)
        self.confirm_button.setDefault(True)
        (self.peers.box if self.peers.chosen() else self.cancel_button).setFocus()

    def offer(self, peers: Sequence[Party]) -> None:
        """Offer these people, but for the one who answers now; nobody passes a request on to themselves."""
        others = [peer for peer in peers if peer.entry_id != self._grantor]
        self.peers.offer([peer for peer in others if not self._not_me or peer.account_id != self._not_me])
        self.confirm_button.setEnabled(bool(self.peers.chosen()))
        self.changed.emit()


def ask_transfer(
    parent: QWidget, *, case: Case, peers: Sequence[Party], account_id: str = "", done: Callable[[str, str], None]
) -> TransferDialog:
    """Ask who takes over; `done` gets the entry and the note, only when the person confirms."""
    dialog = TransferDialog(parent, case=case, peers=peers, account_id=account_id)
    dialog.accepted.connect(lambda: done(dialog.peers.chosen(), dialog.peers.words()))
    dialog.open()
    return dialog
