"""Many decisions in one gesture: ask once, keep them all, follow them, give up what has not left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations.departure_paper import file_name, paper
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.bulk_dialog import BulkDialog
from comptexpert_desktop.ui.delegations.departure_dialog import DepartureDialog
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.documents.saving import ask_and_write
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import bulk
from comptexpert_desktop.usecases.firm import departure, handover, peers
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import DelegationQuery, DelegationRow, Party
    from comptexpert_desktop.domain.effects import Gesture
    from comptexpert_desktop.domain.handover import Handed
    from comptexpert_desktop.domain.report import Paper
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.ui.widgets.dialogs import Question
    from comptexpert_desktop.usecases.delegations.bulk import Plan, Progress
    from comptexpert_desktop.usecases.firm.departure import Departure, Leaving
    from comptexpert_desktop.usecases.firm.handover import Leftovers
    from comptexpert_desktop.usecases.ports import Stores


class Record(Protocol):
    """Writes down what was decided."""

    def __call__(self, *, now: datetime) -> tuple[Paper, str]:
        """Return the paper, and a name for its file."""


class _Gesture(NamedTuple):
    """What a gesture comes to, the names in it, and who may take over when it transfers."""

    plan: Plan
    labels: Labels
    peers: tuple[Party, ...] = ()


def _read(
    stores: Stores,
    *,
    query: DelegationQuery,
    stretches: Sequence[tuple[int, int]],
    seen: Sequence[str],
    action: Action,
    today: date,
) -> _Gesture:
    found = bulk.plan(stores, query=query, stretches=stretches, seen=seen, action=action, today=today)
    labels = Labels(catalogue.current(stores))
    if action is not Action.TRANSFER or not found.rows:
        return _Gesture(found, labels)
    return _Gesture(found, labels, peers.known(stores, firm_id=found.rows[0].delegation.firm.id))


class _Leaver(NamedTuple):
    """A departure, the names in it, and who decides it."""

    agreed: Departure
    labels: Labels
    my_name: str
    elsewhere: tuple[Departure, ...]
    """What would end in the other firms of the one who decides."""
    leftovers: Leftovers
    """What the firms would be left without."""


def _read_departure(stores: Stores, *, row: DelegationRow, today: date) -> _Leaver:
    agreed, me = departure.plan(stores, row=row, today=today), session.current(stores)
    elsewhere = departure.plan_elsewhere(stores, row=row, today=today)
    left = handover.read(stores, person_id=agreed.person.account_id, today=today)
    return _Leaver(agreed, Labels(catalogue.current(stores)), me.account.display_name if me else "", elsewhere, left)


def _departure_record(
    agreed: Sequence[Departure],
    leaving: Leaving,
    *,
    given: tuple[Handed, ...],
    labels: Labels,
    my_name: str,
    now: datetime,
) -> tuple[Paper, str]:
    written = paper(agreed, leaving, given=given, labels=labels, my_name=my_name, now=now)
    return written, file_name(agreed[0], now=now)


class BulkDecisions(QObject):
    """The dialog of a gesture, the use cases behind it, and the banner that follows it."""

    kept = Signal()
    """The gesture is on disk: nothing need stay chosen."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        owner: QWidget,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        banner: Banner,
    ) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._clock, self._new_id = tasks, owner, clock, new_id
        self._banner = banner
        self._group = ""
        self._records: dict[str, Record] = {}
        """Papers of what was decided here, by group: written once the server has answered all of it, never before."""

    def ask(
        self,
        action: Action,
        *,
        query: DelegationQuery,
        stretches: Sequence[tuple[int, int]],
        seen: Sequence[str],
        today: date,
    ) -> None:
        """Read what the gesture comes to, then ask for the last word."""
        work = partial(_read, query=query, stretches=stretches, seen=seen, action=action, today=today)
        self._tasks.read(self._owner, work, self._ask, failed=self._show_error, channel="bulk-plan")

    def ask_departure(self, row: DelegationRow, *, today: date, everywhere: bool = False) -> None:
        """Read what ends when the person of a line leaves its firm, then ask for the last word.

        With `everywhere` the other firms are ticked at first: the person was chosen, and no line.
        """
        work = partial(_read_departure, row=row, today=today)
        ask = partial(self._ask_departure, everywhere=everywhere)
        self._tasks.read(self._owner, work, ask, failed=self._show_error, channel="bulk-plan")

    def follow(self) -> None:
        """Read how far the gesture has come; the latest unfinished one when none was made here."""
        work = partial(bulk.progress, group=self._group)
        self._tasks.read(self._owner, work, self._show_progress, channel="bulk-progress")

    def clear(self) -> None:
        """Say nothing of another person's gesture."""
        self._group = ""
        self._records.clear()
        self._banner.clear()

    def _ask(self, found: _Gesture) -> None:
        today = day_in_france(self._clock())
        dialog = BulkDialog(self._owner, plan=found.plan, labels=found.labels, today=today, peers=found.peers)
        dialog.accepted.connect(
            lambda: self._keep(dialog.agreed(), note=dialog.note(), grantor=dialog.grantor(), ends=dialog.ends())
        )

        def foreseen() -> tuple[Gesture, ...]:
            is_named = found.plan.action is not Action.TRANSFER or bool(dialog.grantor())
            return bulk.gestures(dialog.agreed(), grantor=dialog.grantor(), ends=dialog.ends()) if is_named else ()

        people = {row.delegation.grantee.display_name for row in found.plan.rows}
        self._show_effects(dialog, gestures=foreseen, people=people, labels=found.labels)
        dialog.open()

    def _keep(self, plan: Plan, *, note: str, grantor: str, ends: Mapping[str, date]) -> None:
        ids = [self._new_id() for _ in range(len(plan.rows) + 1)]
        work = partial(bulk.keep, agreed=plan, note=note, grantor=grantor, ends=ends, now=self._clock(), new_ids=ids)
        self._tasks.write(self._owner, work, partial(self._begin, bulk.group_name(ids[0])), failed=self._show_error)

    def _ask_departure(self, found: _Leaver, *, everywhere: bool) -> None:
        today = day_in_france(self._clock())
        dialog = DepartureDialog(
            self._owner,
            agreed=found.agreed,
            labels=found.labels,
            today=today,
            elsewhere=found.elsewhere,
            everywhere=everywhere,
            leftovers=found.leftovers,
        )
        dialog.accepted.connect(
            lambda: self._keep_departure(found, dialog.agreed(), leaving=dialog.leaving(), given=dialog.given())
        )
        self._show_effects(
            dialog,
            gestures=lambda: (
                *(gesture for one in dialog.agreed() for gesture in departure.gestures(one, leaving=dialog.leaving())),
                *handover.grants(dialog.given()),
            ),
            people={found.agreed.person.display_name},
            labels=found.labels,
        )
        dialog.open()

    def _show_effects(
        self, dialog: Question, *, gestures: Callable[[], Sequence[Gesture]], people: Collection[str], labels: Labels
    ) -> None:
        follow_question(
            EffectsPane(self._tasks, clock=self._clock, labels=labels), dialog, gestures=gestures, people=people
        )

    def _write_record(self, record: Record) -> None:
        """Write the record of what the server answered where the person says."""
        written, suggested = record(now=self._clock())
        ask_and_write(self._owner, self._tasks, paper=written, suggested=suggested, announce=self._tell)

    def _tell(self, said: str, tone: Tone) -> None:
        self._banner.show_message(said, tone=tone)

    def _keep_departure(
        self, found: _Leaver, agreed: Sequence[Departure], *, leaving: Leaving, given: tuple[Handed, ...]
    ) -> None:
        ids = [self._new_id() for _ in range(sum(one.ids_needed for one in agreed) + len(given))]
        record = partial(_departure_record, agreed, leaving, given=given, labels=found.labels, my_name=found.my_name)
        now = self._clock()
        work = partial(departure.keep_all, agreed=agreed, leaving=leaving, given=given, now=now, new_ids=ids)
        self.queue(work, group=bulk.group_name(ids[0]), record=record)

    def queue(self, work: Callable[[Stores], Topics], *, group: str, record: Record) -> None:
        """Keep what was decided under the name of a group, follow it, and offer its record once all is answered."""
        self._records[group] = record
        self._tasks.write(self._owner, work, partial(self._begin, group), failed=self._show_error)

    def _begin(self, group: str) -> None:
        self._group = group
        self.kept.emit()

    def _give_up(self) -> None:
        self._tasks.write(self._owner, partial(bulk.give_up, group=self._group), failed=self._show_error)

    def _show_progress(self, found: Progress | None) -> None:
        if found is None:
            if self._group:
                self.clear()
            return
        self._group = found.group
        sent = wording.count(found.sent, "décision transmise", many="décisions transmises")
        if not found.is_over:
            left = found.waiting + found.on_the_way
            self._banner.show_message(
                f"{sent}, {wording.number(left)} en attente. Rien n’est effectif avant la réponse du serveur.",
                title="Vos décisions partent vers le serveur",
                tone="info",
                action_text="Ne pas envoyer le reste" if found.waiting else "",
                action=self._give_up,
            )
            return
        self._group = ""
        record = self._records.pop(found.group, None) if not found.needs_you else None
        back = wording.count(found.needs_you, "est revenue, avec sa raison", many="sont revenues, avec leur raison")
        self._banner.show_message(
            f"{sent}. {back}, en tête de la liste ou dans la boîte d’envoi."
            if found.needs_you
            else f"{sent} et {'appliquée' if found.sent == 1 else 'appliquées'}.",
            tone="warning" if found.needs_you else "success",
            action_text="Enregistrer le récapitulatif (PDF)" if record else "",
            action=partial(self._write_record, record) if record else None,
        )

    def _show_error(self, error: ComptexpertError) -> None:
        self._banner.show_error(error)
