"""The move of a person, begun where somebody is shown, or with the name alone; followed like other bulk decisions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.people import move_paper
from comptexpert_desktop.ui.delegations.firm_pages import FirmPages
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.people.move_dialog import MoveDialog
from comptexpert_desktop.ui.widgets.actions import ActionSpec
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import bulk
from comptexpert_desktop.usecases.firm import move

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.ui.delegations.bulk_decision_flow import BulkDecisions
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.firm.move import Mover
    from comptexpert_desktop.usecases.ports import Stores

MOVE = ActionSpec("move", "Mutation…", ("M",))


class _Known(NamedTuple):
    """Whom one may choose, and how services are named."""

    people: tuple[Party, ...]
    labels: Labels


def _read(stores: Stores) -> _Known:
    return _Known(move.people(stores), Labels(catalogue.current(stores)))


class PersonMove(QObject):
    """Asks who moves where, shows the difference, and hands what was decided to those who follow it."""

    def __init__(self, context: ScreenContext, *, owner: QWidget, bulk_decisions: BulkDecisions) -> None:
        super().__init__(owner)
        self._context, self._owner, self._bulk = context, owner, bulk_decisions
        self._pages = FirmPages(context.tasks, clock=context.clock)

    def ask(self, person_id: str = "") -> None:
        """Ask about a person, or first who it is."""
        self._context.tasks.read(self._owner, _read, partial(self._open, person_id), channel="move-people")

    def _open(self, person_id: str, known: _Known) -> None:
        dialog = MoveDialog(self._owner, labels=known.labels, today=self._today())
        dialog.offer_people(known.people)
        dialog.person_chosen.connect(partial(self._read_person, dialog))
        dialog.accepted.connect(lambda: self._keep(dialog))
        pane = EffectsPane(self._context.tasks, clock=self._context.clock, labels=known.labels)

        def foreseen() -> tuple[Gesture, ...]:
            mover = dialog.mover()
            return move.gestures(dialog.steps(), mover=mover) if mover is not None else ()

        follow_question(pane, dialog, gestures=foreseen, people=())
        dialog.changed.connect(lambda: pane.name_people(_names(dialog)))
        dialog.open()
        if person_id:
            self._read_person(dialog, person_id)

    def _read_person(self, dialog: MoveDialog, person_id: str) -> None:
        if person_id:
            work = partial(move.read, person_id=person_id, today=self._today())
            self._context.tasks.read(dialog, work, partial(self._show, dialog), channel="move-person")

    def _show(self, dialog: MoveDialog, mover: Mover | None) -> None:
        """Show the person, and ask the server for the roles of each cabinet: they may have changed."""
        if mover is None:
            return
        before = dialog.mover()
        dialog.show_mover(mover)
        if before is not None and before.person == mover.person:
            return
        for place in mover.places:
            self._pages.ask(
                dialog,
                firm_id=place.firm.id,
                account_id=mover.me.account_id,
                done=lambda _page: self._read_again(dialog, mover.person.account_id),
            )

    def _read_again(self, dialog: MoveDialog, person_id: str) -> None:
        mover = dialog.mover()
        if mover is not None and mover.person.account_id == person_id:
            self._read_person(dialog, person_id)

    def _keep(self, dialog: MoveDialog) -> None:
        mover, steps, last_day = dialog.mover(), dialog.steps(), dialog.last_day()
        if mover is None:
            return
        ids = [self._context.new_id() for _ in range(steps.size + 1)]
        record = partial(move_paper.record, mover, steps, last_day=last_day)
        work = partial(move.keep, mover=mover, steps=steps, now=self._context.clock(), new_ids=ids)
        self._bulk.queue(work, group=bulk.move_name(ids[0]), record=record)

    def _today(self) -> date:
        return day_in_france(self._context.clock())


def _names(dialog: MoveDialog) -> tuple[str, ...]:
    mover = dialog.mover()
    return () if mover is None else (mover.person.display_name,)
