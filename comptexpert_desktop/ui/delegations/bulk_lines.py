"""The lines of one gesture, each with what decides it: cabinet, reason, end, risk; each may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from comptexpert_desktop.domain.check_words import check_words
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import end_dates, words
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.delegations.bulk import Plan

_ID = int(Qt.ItemDataRole.UserRole)
_SHOWN = 5
"""Lines that a list shows before it scrolls."""
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_READ_FIRST = "cochez chaque ligne que vous avez lue, et dont la personne vous a dit le mot du cabinet de vive voix."
_READ_AGAIN = "relisez chaque ligne, et décochez celles qui ne doivent pas continuer."


class BulkLines(QWidget):
    """Two lists: what is decided together, and apart what gives a right of high risk.

    A first such right wants a tick of its own; one that goes on is ticked.
    """

    changed = Signal()

    def __init__(
        self, plan: Plan, *, labels: Labels, today: date, ends: Callable[[], Mapping[str, date]] | None = None
    ) -> None:
        """Build the lists; `ends` returns until when each line goes on, for what is renewed."""
        super().__init__()
        self._plan, self._labels, self._today, self._ends = plan, labels, today, ends
        gives = plan.action in (Action.APPROVE, Action.RENEW, Action.RESUME)
        risky = [row for row in plan.rows if gives and self._risk(row) == "high"]
        usual = [row for row in plan.rows if row not in risky]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        self._lists: list[QListWidget] = []
        if usual:
            column.addWidget(self._list(usual, name="bulkNames", title="Lignes concernées", state=_CHECKED))
        if risky:
            is_first = plan.action is Action.APPROVE
            said = f"Risque élevé{wording.NBSP}: {_READ_FIRST if is_first else _READ_AGAIN}"
            state = _UNCHECKED if is_first else _CHECKED
            column.addWidget(PlainLabel(said, role="strong"))
            column.addWidget(self._list(risky, name="bulkRisky", title="Lignes de risque élevé", state=state))

    def ticked(self) -> frozenset[str]:
        """Return the ids of the delegations that are decided."""
        return frozenset(
            str(shown.item(row).data(_ID))
            for shown in self._lists
            for row in range(shown.count())
            if shown.item(row).checkState() is _CHECKED
        )

    def refresh(self) -> None:
        """Say again until when each line goes on."""
        rows = {str(row.delegation.id): row for row in self._plan.rows}
        for shown in self._lists:
            with QSignalBlocker(shown):
                for number in range(shown.count()):
                    item = shown.item(number)
                    text = "\n".join(self._words(rows[str(item.data(_ID))]))
                    item.setText(text)
                    item.setToolTip(tooltips.plain(text))

    def _list(self, rows: list[DelegationRow], *, name: str, title: str, state: Qt.CheckState) -> QListWidget:
        shown = QListWidget()
        shown.setObjectName(name)
        shown.setAccessibleName(title)
        shown.setUniformItemSizes(True)
        shown.setTextElideMode(Qt.TextElideMode.ElideRight)
        shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row in rows:
            text = "\n".join(self._words(row))
            item = QListWidgetItem(text, shown)
            item.setData(_ID, row.delegation.id)
            item.setToolTip(tooltips.plain(text))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(state)
        shown.setCurrentRow(0)
        height = shown.sizeHintForRow(0)
        shown.setMinimumHeight(height * min(len(rows), _SHOWN) + SPACE * 2)
        shown.itemChanged.connect(self.changed)
        self._lists.append(shown)
        return shown

    def _words(self, row: DelegationRow) -> tuple[str, str, str]:
        delegation = row.delegation
        risk = words.risk_word(self._risk(row)).lower()
        until = self._end(row)
        facts = (delegation.firm.name, until, risk)
        reason = wording.quoted(delegation.reason) if delegation.reason else "Sans motif"
        return (
            f"{delegation.grantee.display_name} · {self._labels.service_and_rights(delegation)}",
            " · ".join(fact for fact in facts if fact),
            f"{reason} · Mot du cabinet{wording.NBSP}: {check_words(delegation.id)}" if self._has_word(row) else reason,
        )

    def _end(self, row: DelegationRow) -> str:
        """Say until when the line goes once it is decided."""
        delegation = row.delegation
        if self._ends is not None:
            until = self._ends().get(delegation.id)
            return f"prolongé jusqu’au {wording.short_day(until)}" if until else "reste comme il est"
        if self._plan.action is not Action.APPROVE:
            return f"jusqu’au {wording.short_day(delegation.valid_until)}" if delegation.valid_until else ""
        start = max(delegation.valid_from or self._today, self._today)
        days = end_dates.max_days(self._labels, service=delegation.service, rights=delegation.rights)
        offered = end_dates.choices(start=start, max_days=days, asked=delegation.valid_until)
        if not offered:
            return ""
        best = end_dates.best(offered, start=start, asked=delegation.valid_until)
        return f"jusqu’au {wording.short_day(offered[best].until)}"

    def _risk(self, row: DelegationRow) -> str:
        found = [self._labels.find(row.delegation.service, right) for right in row.delegation.rights]
        risks = {right.risk if right else "high" for right in found}
        return next((risk for risk in ("high", "medium") if risk in risks), "low")

    def _has_word(self, row: DelegationRow) -> bool:
        return self._plan.action is Action.APPROVE and self._risk(row) == "high"
