"""Ask for the last word on many decisions at once: one summary, every name, and what stays as it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.ui.delegations.bulk_end import BulkEnd
from comptexpert_desktop.ui.delegations.bulk_lines import BulkLines
from comptexpert_desktop.ui.delegations.refusal_reasons import add_reasons
from comptexpert_desktop.ui.delegations.transfer_dialog import CONSEQUENCE, PeerChoice
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.delegations import bulk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.delegations.bulk import Plan

MIN_NOTE = 3
_MAX_SERVICES = 4
_CONSEQUENCES = {
    Action.APPROVE: "Chaque demande est accordée comme elle a été faite. Chaque personne en est informée par courriel.",
    Action.REFUSE: "Votre note est envoyée à chaque personne et inscrite au registre.",
    Action.RENEW: "Les mêmes droits repartent le lendemain de leur fin, sans coupure. Les délégations actuelles ne "
    "changent pas.",
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
    "ALREADY_QUEUED": "cette décision est déjà enregistrée",
    "OTHER_FIRM": "la décision porte sur un seul cabinet",
}


def _in_absence(name: str, many: int) -> str:
    lines = wording.count(many, "ligne est décidée", many="lignes sont décidées")
    return f"{lines} en l’absence {wording.of(name)}. Le registre portera vos deux noms."


class BulkDialog(Question):
    """Says what one gesture decides; the action waits for a note when it needs one."""

    def __init__(
        self, parent: QWidget, *, plan: Plan, labels: Labels, today: date, peers: Sequence[Party] = ()
    ) -> None:
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
        screen_room.widen(self, SPACE * 140)
        self._plan, self._labels, self._verb = plan, labels, verb
        self._end = BulkEnd(labels=labels, today=today) if plan.action is Action.RENEW and total else None
        self._lines = BulkLines(plan, labels=labels, today=today, ends=self.ends if self._end else None)
        self._note: QPlainTextEdit | None = None
        self._peers: PeerChoice | None = None
        self._has_peers = True
        self._say()
        for name, many in plan.absent.items():
            self.body.addWidget(PlainLabel(_in_absence(name, many)))
        if self._end is not None:
            self.body.addWidget(self._end)
            self._end.changed.connect(self._on_end)
        if total:
            self.body.addWidget(self._lines)
            self._lines.changed.connect(self._refresh)
        if plan.action is Action.TRANSFER and total:
            self._ask_peer(peers)
        is_safe = plan.action in (Action.APPROVE, Action.RENEW) and total
        (self.confirm_button if is_safe else self.cancel_button).setFocus()
        if plan.action is Action.REFUSE and total:
            self._ask_note()
        self._refresh()

    def agreed(self) -> Plan:
        """Return the plan with the lines that are ticked alone."""
        ticked = self._lines.ticked() if self._end is None else self._lines.ticked() & self.ends().keys()
        return replace(self._plan, rows=tuple(row for row in self._plan.rows if row.delegation.id in ticked))

    def ends(self) -> dict[str, date]:
        """Return the last day of each right that is renewed; nothing for another decision."""
        return self._end.ends(self._plan.rows) if self._end is not None else {}

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
        named = [f"{self._labels.service(service)} ({wording.number(many)})" for service, many in found[:_MAX_SERVICES]]
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
        return f"Une décision porte sur {wording.number(bulk.MAX_ROWS)} lignes au plus. {others} le suivant."

    def _ask_peer(self, peers: Sequence[Party]) -> None:
        self._peers = PeerChoice(peers)
        self._peers.box.currentIndexChanged.connect(self.changed)
        self.body.addWidget(self._peers)
        self._has_peers = bool(peers)

    def _ask_note(self) -> None:
        note = self._note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setMinimumHeight(SPACE * 18)
        hint = f"Au moins {MIN_NOTE} caractères."
        self.body.addWidget(Field("&Note à ces personnes", note, hint=hint, name="noteEdit"))
        note.textChanged.connect(self._refresh)
        note.setFocus()
        add_reasons(self)

    def _on_end(self) -> None:
        self._lines.refresh()
        self._refresh()

    def _refresh(self) -> None:
        ticked = len(self.agreed().rows) if self._plan.rows else 0
        is_worded = self._note is None or len(self.note()) >= MIN_NOTE
        self.confirm_button.setText(f"{self._verb} ({wording.number(ticked)})" if self._plan.rows else self._verb)
        self.confirm_button.setEnabled(bool(ticked) and is_worded and self._has_peers)
        self.changed.emit()
