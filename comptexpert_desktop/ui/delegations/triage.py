"""Decide line after line: the last decision is said, followed to its end and may be taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import end_dates, words
from comptexpert_desktop.presentation.outbox import outcome_words
from comptexpert_desktop.usecases.delegations.delegations import HOLD
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Decision
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.delegations.model import DelegationTableModel
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.ui.widgets.selection import Selection

CUTS = frozenset({Action.REVOKE, Action.SUSPEND, Action.NARROW})
"""What takes rights away: they stay open until the server has answered."""
MAX_LOOKED_AT = 400
"""Lines that are looked at for the next one to decide on."""


class Kept(NamedTuple):
    """A decision that was just put in the outbox."""

    outbox_id: str
    delegation_id: str
    person: str
    words: str
    """What was decided, in words."""
    is_cut: bool
    """Whether rights stay open until the server has answered."""
    is_answer: bool = True
    """Whether it answers a request, which waits again once it is taken back."""


class Triage(QObject):
    """Follows the decisions of a person: the last one may be taken back while it has not left."""

    def __init__(self, tasks: Tasks, *, owner: QWidget, banner: Banner) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._banner = tasks, owner, banner
        self._kept: list[Kept] = []
        self._held = QTimer(self, singleShot=True, interval=round(HOLD.total_seconds() * 1000))
        self._held.timeout.connect(self.follow)
        self._said = ""
        self._followed: Kept | None = None

    def keep(self, decision: Decision, *, case: Case, outbox_id: str, is_held: bool) -> None:
        """Say what was decided, let it be taken back while it is here, and follow it."""
        delegation = case.row.delegation
        person = delegation.grantee.display_name
        noun = words.ACTIONS[decision.action].noun
        until = f" jusqu’au {wording.day(decision.valid_until)}" if decision.valid_until else ""
        said = f"{noun} pour {person}{wording.NBSP}: {case.labels.service(delegation.service)}{until}."
        kept = Kept(
            outbox_id,
            delegation.id,
            person,
            said,
            is_cut=decision.action in CUTS,
            is_answer=decision.action in (Action.APPROVE, Action.REFUSE),
        )
        self._kept = [one for one in self._kept if one.delegation_id != delegation.id]  # it was replaced
        self._kept.append(kept)
        self._followed = kept
        if is_held:
            hold = wording.count(round(HOLD.total_seconds()), "seconde")
            self._say(f"{said} L’envoi attend {hold}.", can_undo=True)
            self._held.start()
        else:
            self._held.stop()
            self._say(
                f"{said} {outcome_words.waiting(is_cut=kept.is_cut)}",
                tone="danger" if kept.is_cut else "info",
                can_undo=True,
            )

    def follow(self) -> None:
        """Read where the last decision stands, unless something else is said by now."""
        if self._followed is None or self._held.isActive():
            return
        if self._banner.text() != self._said:  # closed, or something else is said
            self._followed = None
            return
        kept = self._followed
        work = partial(outbox.find, outbox_id=kept.outbox_id)
        self._tasks.read(self._owner, work, partial(self._show_outcome, kept), channel="triage-outcome")

    def take_back(self) -> None:
        """Take back the last decision that has not left yet."""
        if not self._kept:
            return
        kept = self._kept.pop()
        self._followed = None
        work = partial(outbox.take_back, outbox_id=kept.outbox_id)
        self._tasks.write(self._owner, work, partial(self._taken_back, kept), failed=self._too_late)

    def clear(self) -> None:
        """Take nothing back any more: another person may sit here now."""
        self._kept.clear()
        self._followed = None
        self._held.stop()
        if self._said and self._banner.text() == self._said:
            self._banner.clear()
        self._said = ""

    def _taken_back(self, kept: Kept) -> None:
        after = "La demande reste à décider." if kept.is_answer else "Rien ne change."
        self._say(f"Annulé{wording.NBSP}: rien n’est parti pour {kept.person}. {after}")

    def _too_late(self, error: ComptexpertError) -> None:
        self._said = ""
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)

    def _show_outcome(self, kept: Kept, entry: OutboxEntry | None) -> None:
        if kept is not self._followed or self._banner.text() != self._said:
            return
        if entry is None:
            self.clear()
            return
        outcome = outcome_words.outcome_of(entry, decided=kept.words, is_cut=kept.is_cut)
        if outcome.text != self._said:
            is_here = entry.status is OutboxStatus.QUEUED and not entry.attempts
            self._say(outcome.text, tone=outcome.tone, can_undo=is_here)
        if entry.status in (OutboxStatus.SENT, OutboxStatus.NEEDS_YOU):
            self._followed = None

    def _say(self, text: str, *, tone: Tone = "info", can_undo: bool = False) -> None:
        self._banner.show_message(text, tone=tone, action_text="Annuler (Z)" if can_undo else "", action=self.take_back)
        self._said = self._banner.text()


def is_simple(case: Case) -> bool:
    """Tell whether a grant may be given without a question: nothing of it is of high risk or in somebody's place."""
    delegation = case.row.delegation
    found = [case.labels.find(delegation.service, right) for right in delegation.rights]
    has_intent = case.row.intent is not None
    return not case.absent and not has_intent and all(right is not None and right.risk != "high" for right in found)


def usual_end(case: Case, *, today: date) -> date | None:
    """Return the end date that a grant has when nobody chooses another."""
    delegation = case.row.delegation
    start = max(delegation.valid_from or today, today)
    days = end_dates.max_days(case.labels, service=delegation.service, rights=delegation.rights)
    offered = end_dates.choices(start=start, max_days=days, asked=delegation.valid_until)
    best = end_dates.best(offered, start=start, asked=delegation.valid_until)
    return offered[best].until if offered else None


def select_next(selection: Selection, model: DelegationTableModel, *, after: str) -> None:
    """Select the next line without a decision of its own, from the one that was decided on; then from the top."""
    found = model.find(after)
    row = -1 if found is None else found
    order = [*range(row + 1, min(model.total, row + MAX_LOOKED_AT)), *range(max(row, 0))]
    for number in order:
        line = model.row_at(number)
        if line is not None and line.intent is None:
            selection.select_rows([number])
            return
