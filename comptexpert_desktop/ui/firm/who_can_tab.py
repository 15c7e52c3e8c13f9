"""« Droits d’un jour »: who could do what on a day, read again from the verified register."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.domain.who_can import HoldingFilter
from comptexpert_desktop.presentation import days, messages
from comptexpert_desktop.presentation.firm import who_can_words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.firm.rows import Row, Rows
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.documents import register, who_can

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.firm.view import View
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.documents.who_can import Answer, Known

_FIRST = date(2000, 1, 1)
_MAX_ROWS = 300
_NOBODY = "Personne n’avait de droit dans ce cabinet ce jour-là."


class WhoCanTab(Page):
    """A day, a button, and a line a right."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("firmWhoCan")
        self._tasks, self._clock = tasks, clock
        self._view: View | None = None
        self.day = Day(calendar=True)
        self.field = Field("&Jour", self.day, name="whoCanDay")
        self.ask_button = secondary("Afficher", name="whoCanButton", icon="search")
        self.source = PlainLabel(role="strong")
        self.source.setObjectName("whoCanSource")
        self._rows = Rows()
        self._banner = Banner(name="whoCanBanner", parent=self)
        self.ask_button.clicked.connect(self._ask)
        self.day.returnPressed.connect(self._ask)
        self.day.changed.connect(self.field.clear_error)
        self._build()

    def show_view(self, view: View) -> None:
        """Ask about another cabinet from nothing; the same one keeps its answer."""
        if self._view is None or self._view.page.id != view.page.id:
            self._clear()
        if self._view is None or self._view.today != view.today:
            self.day.set_range(_FIRST, view.today)
            self.day.set_day(self.day.typed() or view.today)
        self._view = view

    def _ask(self) -> None:
        on = self.day.day()
        if self._view is None or on is None:
            latest = self._view.today if self._view else None
            self.field.set_error(f"Choisissez un jour, au plus tard le {days.written(latest)}." if latest else "")
            return
        self._clear()
        firm_id = self._view.page.id
        if on == self._view.today:
            work = partial(who_can.now, firm_id=firm_id, criteria=HoldingFilter(), today=on)
            self._tasks.read(self, work, self._show, failed=self._show_error, channel="who-can")
            return
        self._tasks.read(
            self,
            partial(who_can.known, firm_id=firm_id),
            partial(self._replay, day=on),
            failed=self._show_error,
            channel="who-can",
        )

    def _replay(self, known: Known, *, day: date) -> None:
        self.source.setText("Lecture et vérification du registre…")
        work = partial(who_can.replayed, known=known, criteria=HoldingFilter(), day=day)
        self._tasks.call(self, work, self._show, failed=self._show_error, channel="who-can-register")

    def _show(self, answer: Answer) -> None:
        for verdict in answer.verdicts:
            self._tasks.write(self, partial(register.save_head, verdict=verdict), wakes=False)
        labels = Labels(self._view.catalogue if self._view else None)
        self.source.setText(who_can_words.source(answer, now=self._clock()))
        shown = [who_can_words.line_of(one, labels=labels) for one in answer.holdings[:_MAX_ROWS]]
        rows = [Row(one.title, one.lines, looks=[one.look]) for one in shown]
        self._rows.fill(rows, instead=_NOBODY)

    def _show_error(self, error: ComptexpertError) -> None:
        self.source.setText("")
        self._banner.show_message(messages.for_error(error).body, title=messages.for_error(error).title, tone="danger")

    def _clear(self) -> None:
        self.source.setText("")
        self._rows.fill([], instead="")
        self._banner.clear()

    def _build(self) -> None:
        card = Card("Qui pouvait quoi")
        card.add(PlainLabel(who_can_words.HINT, role="muted"))
        ask = QHBoxLayout()
        ask.setSpacing(SPACE * 3)
        ask.addWidget(self.field)
        ask.addWidget(self.ask_button, 0, Qt.AlignmentFlag.AlignBottom)
        ask.addStretch(1)
        card.add(ask)
        card.add(self._banner)
        card.add(self.source)
        card.add(self._rows)
        self.body.addWidget(card)
