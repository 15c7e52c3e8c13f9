"""The lines of a move: what ends and is new, each of which may be left out; high risk apart; what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from comptexpert_desktop.presentation.people import move_words
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptexpert_desktop.presentation.people.move_words import Shown

_ID = int(Qt.ItemDataRole.UserRole)
_VISIBLE = 5
"""Lines that a list shows before it scrolls."""
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class MoveLines(QWidget):
    """Two lists: what changes and stays, ticked at first; and what is of high risk, for each its own tick."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._usual = self._list(name="moveLines", title="Ce qui change, et ce qui reste")
        self._risky = self._list(name="moveRisky", title="Droits nouveaux de risque élevé")
        self._risk_said = PlainLabel(move_words.RISKY, role="strong")
        self._ticks: dict[str, bool] = {}
        """What the person ticked or left out, by line: it stays when the lines are said anew."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        for part in (self._usual, self._risk_said, self._risky):
            column.addWidget(part)
        self.show_lines(())

    def show_lines(self, lines: Sequence[Shown]) -> None:
        """Show these lines; a tick that was given or taken before stays."""
        risky = move_words.risky_ids(lines)
        self._fill(self._usual, [one for one in lines if one.id not in risky], ticked=True)
        self._fill(self._risky, [one for one in lines if one.id in risky], ticked=False)
        self._risk_said.setVisible(bool(risky))

    def agreed(self) -> frozenset[str]:
        """Return the ids of the lines that are ticked."""
        return frozenset(
            str(item.data(_ID)) for item in self._items() if item.checkState() is _CHECKED and _may_tick(item)
        )

    def clear_ticks(self) -> None:
        """Forget what was ticked: another person moves."""
        self._ticks.clear()

    def _fill(self, shown: QListWidget, lines: Sequence[Shown], *, ticked: bool) -> None:
        place = max(shown.currentRow(), 0)
        with QSignalBlocker(shown):
            shown.clear()
            for line in lines:
                item = QListWidgetItem(line.text, shown)
                item.setData(_ID, line.id)
                item.setToolTip(tooltips.plain(line.text))
                if line.is_offered:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                    item.setCheckState(_CHECKED if self._ticks.get(line.id, ticked) else _UNCHECKED)
                else:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            if lines:
                shown.setCurrentRow(min(place, len(lines) - 1))
                shown.setFixedHeight(shown.sizeHintForRow(0) * min(len(lines), _VISIBLE) + SPACE * 2)
        shown.setVisible(bool(lines))

    def _items(self) -> Iterable[QListWidgetItem]:
        return (shown.item(row) for shown in (self._usual, self._risky) for row in range(shown.count()))

    def _note(self, item: QListWidgetItem) -> None:
        self._ticks[str(item.data(_ID))] = item.checkState() is _CHECKED
        self.changed.emit()

    def _list(self, *, name: str, title: str) -> QListWidget:
        shown = QListWidget()
        shown.setObjectName(name)
        shown.setAccessibleName(title)
        shown.setTextElideMode(Qt.TextElideMode.ElideRight)
        shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        shown.itemChanged.connect(self._note)
        return shown


def _may_tick(item: QListWidgetItem) -> bool:
    return bool(item.flags() & Qt.ItemFlag.ItemIsUserCheckable)
