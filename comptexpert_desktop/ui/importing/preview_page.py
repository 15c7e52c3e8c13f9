"""The second page of an import: what each line would give, in words and icons, before anything is granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from comptexpert_desktop.domain.importing import Verdict, grant_of
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.importing import words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane
from comptexpert_desktop.ui.importing.model import ImportModel, person
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.growing_area import GrowingArea
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.row_table import RowTable
from comptexpert_desktop.ui.widgets.selection import Selection
from comptexpert_desktop.ui.widgets.tone_delegate import ToneDelegate, row_height
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtGui import QShowEvent

    from comptexpert_desktop.domain.importing import Checked
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.documents.importing import Comparison

_WIDTHS = (64, 170, 200, 180)
"""Of all columns but the last, which takes the rest."""


class PreviewPage(QWidget):
    """Three badges that count, a filter, the table, the sentence of the current line, and what it would change."""

    def __init__(self, tasks: Tasks, *, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ImportModel(self)
        self.table = RowTable()
        self.only_faults = Check("Seulement les lignes à &corriger")
        self.faults_button = quiet("Enregistrer les lignes à corriger…", name="importFaultsButton")
        self._granted = Badge("check-circle", "", "success")
        self._already = Badge("info", "", "neutral")
        self._refused = Badge("alert-circle", "", "danger")
        self._notes = PlainLabel(role="muted")
        self._sentence = PlainLabel(selectable=True)
        self.effects = EffectsPane(tasks, clock=clock, labels=Labels())
        self._build()
        self.selection = Selection(self.table, self.model)
        self.only_faults.toggled.connect(lambda is_on: self._narrow(is_on=is_on))
        self.selection.changed.connect(self._tell_line)

    def show_lines(
        self,
        lines: tuple[Checked, ...],
        *,
        labels: Labels,
        notes: tuple[str, ...],
        comparisons: Sequence[Comparison],
    ) -> None:
        """Show what each line would give, and what is compared by voice before a first right of high risk."""
        counts = {verdict: sum(one.verdict is verdict for one in lines) for verdict in Verdict}
        granted, already, refused = (counts[verdict] for verdict in Verdict)
        self._granted.set_badge("check-circle", wording.count(granted, "ligne sera accordée", many=_MANY), "success")
        self._already.set_badge("info", wording.count(already, "ligne déjà accordée", many=_MANY_THERE), "neutral")
        self._refused.set_badge("alert-circle", wording.count(refused, "ligne à corriger", many=_MANY_WRONG), "danger")
        self._already.setVisible(bool(already))
        self._refused.setVisible(bool(refused))
        self.only_faults.setVisible(bool(refused))
        self.faults_button.setVisible(bool(refused))
        self.only_faults.setChecked(False)
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self.effects.set_labels(labels)
        checks = {line: words.to_compare(one) for one in comparisons for line in one.lines}
        self.model.show_lines(lines, labels=labels, to_compare=checks)
        self._choose_first()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard in the table."""
        super().showEvent(event)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _narrow(self, *, is_on: bool) -> None:
        self.model.show_only_faults(is_on=is_on)
        self._choose_first()

    def _choose_first(self) -> None:
        if self.model.rowCount():
            self.selection.select_rows([0])
        self._tell_line()

    def _tell_line(self) -> None:
        row = self.selection.row()
        said = "" if row is None else self.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        self._sentence.setText(str(said or ""))
        one = None if row is None else self.model.line(row)
        grant = None if one is None else grant_of(one)
        self.effects.ask([] if grant is None else [grant], people=[] if one is None else [person(one)])

    def _build(self) -> None:
        self.table.setModel(self.model)
        self.table.setObjectName("importTable")
        self.table.setAccessibleName("Lignes du fichier")
        self.table.setItemDelegate(ToneDelegate(self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(SPACE * 26)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height())
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)
        for place, width in enumerate(_WIDTHS):
            columns.resizeSection(place, max(theme.scaled(width), columns.sectionSizeHint(place)))
        columns.setMinimumSectionSize(max(columns.sectionSizeHint(place) for place in range(columns.count())))
        self.only_faults.setObjectName("importOnlyFaults")
        self.only_faults.setAccessibleName("Seulement les lignes à corriger")
        badges = WrappingRow(self._granted, self._already, self._refused, spacing=SPACE * 2)
        faults = WrappingRow(self.only_faults, spacing=SPACE * 2, ends=(self.faults_button,))
        area = GrowingArea(width=sum(theme.scaled(width) for width in _WIDTHS))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        column = area.body
        column.setSpacing(SPACE * 3)
        column.addLayout(badges)
        column.addWidget(self._notes)
        column.addLayout(faults)
        column.addWidget(self.table, 1)
        column.addWidget(self._sentence)
        column.addWidget(self.effects)


_MANY = "lignes seront accordées"
_MANY_THERE = "lignes déjà accordées"
_MANY_WRONG = "lignes à corriger"
