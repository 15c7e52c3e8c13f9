"""Ask for the last word on many decisions at once: one summary, every name, and what stays as it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QListWidget, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations import words
from comptexpert_desktop.ui.delegations.transfer_dialog import CONSEQUENCE, PeerChoice
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import bulk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.ui.labels import Labels
    from comptexpert_desktop.usecases.bulk import Plan

SHORTEST_NOTE = 3
_MOST_SERVICES = 4
_CONSEQUENCES = {
    Action.APPROVE: "Chaque demande est accordée comme elle a été faite. Chaque personne en est informée par courriel.",
    Action.REFUSE: "Votre note est envoyée à chaque personne et inscrite au registre.",
    Action.RENEW: "Les mêmes droits repartent le lendemain de leur fin, sans coupure, pour la durée la plus longue "
    "que chacun permet. Les délégations actuelles ne changent pas.",
    Action.TRANSFER: CONSEQUENCE,
    Action.SUSPEND: "Ces personnes ne pourront plus se servir de ces droits. La coupure est effective quand le "
    "serveur a répondu, pas avant. Vous pourrez les rétablir.",
    Action.RESUME: "Ces personnes retrouvent ces droits, jusqu’à la même date de fin.",
    Action.REVOKE: "Ces personnes perdront ces droits. Les révocations partent avant tout le reste. "
    "Elles sont effectives quand le serveur a répondu, pas avant.",
}
_LEFT_OUT = {
    "DEL_WRONG_STATUS": "leur état ne le permet pas",
    "DEL_SELF": "personne ne décide de ses propres droits",
    "DEL_NOT_GRANTOR": "seul l’expert-comptable désigné en décide",
    "OUTBOX_UNKNOWN": "une décision est déjà en route vers le serveur",
    "ALREADY_QUEUED": "ce geste est déjà enregistré",
    "OTHER_FIRM": "ce geste porte sur un seul cabinet",
}


def _in_absence(name: str, many: int) -> str:
    lines = wording.count(many, "ligne est décidée", many="lignes sont décidées")
    return f"{lines} en l’absence {wording.of(name)}. Le registre portera vos deux noms."


class BulkDialog(Question):
    """Says what one gesture decides; the action waits for a note when it needs one."""

    def __init__(self, parent: QWidget, *, plan: Plan, labels: Labels, peers: Sequence[Party] = ()) -> None:
        verb = words.ACTIONS[plan.action].verb
        noun = "demande" if plan.action in (Action.APPROVE, Action.REFUSE) else "délégation"
        total = len(plan.rows)
        title = (
            f"{verb} {wording.count(total, noun)}{wording.NBSP}?" if total else f"{verb}{wording.NBSP}: rien à faire"
        )
        super().__init__(
            parent,
            title=title,
            text=_CONSEQUENCES[plan.action] if total else "Aucune des lignes choisies ne peut l’être.",
            action=f"{verb} ({wording.number(total)})" if total else verb,
            tone="danger" if plan.action in (Action.REVOKE, Action.SUSPEND) else "primary",
        )
        self.setObjectName("bulkDialog")
        self.setMinimumWidth(SPACE * 140)
        self._plan, self._labels = plan, labels
        self._note: QPlainTextEdit | None = None
        self._peers: PeerChoice | None = None
        self._say()
        for name, many in plan.absent.items():
            self.body.addWidget(PlainLabel(_in_absence(name, many)))
        self.confirm_button.setEnabled(bool(total))
        if total:
            self._list_names()
        if plan.action is Action.TRANSFER and total:
            self._ask_peer(peers)
        (self.confirm_button if plan.action is Action.APPROVE and total else self.cancel_button).setFocus()
        if plan.action is Action.REFUSE and total:
            self._ask_note()

    def note(self) -> str:
        """Return what is said to every person."""
        if self._peers is not None:
            return self._peers.words()
        return self._note.toPlainText().strip() if self._note is not None else ""

    def grantor(self) -> str:
        """Return who takes over; empty unless the gesture transfers."""
        return self._peers.chosen() if self._peers is not None else ""

    def _say(self) -> None:
        for text in (self._services(), self._people(), *self._left_out(), self._beyond()):
            if text:
                self.body.addWidget(PlainLabel(text, role="body"))

    def _services(self) -> str:
        found = Counter(row.delegation.service for row in self._plan.rows).most_common()
        named = [
            f"{self._labels.service(service)} ({wording.number(many)})" for service, many in found[:_MOST_SERVICES]
        ]
        others = len(found) - len(named)
        if others:
            named.append(wording.count(others, "autre service", many="autres services"))
        return f"Services{wording.NBSP}: {wording.joined(named)}." if named else ""

    def _people(self) -> str:
        people = {row.delegation.grantee.account_id or row.delegation.grantee.email for row in self._plan.rows}
        risky = sum(self._is_risky(row.delegation.service, row.delegation.rights) for row in self._plan.rows)
        if not people:
            return ""
        said = f"{wording.count(len(people), 'personne concernée', many='personnes concernées')}."
        return (
            f"{said} {wording.count(risky, 'ligne porte', many='lignes portent')} sur un risque élevé."
            if risky
            else said
        )

    def _is_risky(self, service: str, rights: tuple[str, ...]) -> bool:
        found = [self._labels.find(service, right) for right in rights]
        return any(right is None or right.risk == "high" for right in found)

    def _left_out(self) -> list[str]:
        return [
            f"{wording.count(many, 'ligne reste', many='lignes restent')} comme elle est"
            f"{wording.NBSP}: {_LEFT_OUT.get(code, code)}."
            if many == 1
            else f"{wording.count(many, 'ligne reste', many='lignes restent')} comme elles sont"
            f"{wording.NBSP}: {_LEFT_OUT.get(code, code)}."
            for code, many in self._plan.left_out.items()
        ]

    def _beyond(self) -> str:
        if not self._plan.beyond:
            return ""
        others = wording.count(self._plan.beyond, "ligne choisie attendra", many="lignes choisies attendront")
        return f"Un geste porte sur {wording.number(bulk.MOST)} lignes au plus. {others} le suivant."

    def _list_names(self) -> None:
        names = QListWidget()
        names.setObjectName("bulkNames")
        names.setAccessibleName("Lignes concernées")
        names.setUniformItemSizes(True)
        names.setMinimumHeight(SPACE * 30)
        names.addItems(
            [
                f"{row.delegation.grantee.display_name} · {self._labels.service_and_rights(row.delegation)}"
                for row in self._plan.rows
            ]
        )
        names.setCurrentRow(0)
        self.body.addWidget(names)

    def _ask_peer(self, peers: Sequence[Party]) -> None:
        self._peers = PeerChoice(peers)
        self.body.addWidget(self._peers)
        self.confirm_button.setEnabled(bool(peers))

    def _ask_note(self) -> None:
        note = self._note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setMinimumHeight(SPACE * 18)
        hint = f"Au moins {SHORTEST_NOTE} caractères."
        self.body.addWidget(Field("&Note à ces personnes", note, hint=hint, name="noteEdit"))
        note.textChanged.connect(self._refresh)
        note.setFocus()
        self._refresh()

    def _refresh(self) -> None:
        self.confirm_button.setEnabled(len(self.note()) >= SHORTEST_NOTE)
