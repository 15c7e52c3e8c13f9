"""The review table's model: a count, a few cached pages, and nothing sorted or filtered here."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import row_lines, words
from comptexpert_desktop.presentation.delegations.queries import PAGE
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.delegations.line_delegate import LINES_ROLE
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.look.icons import icon
from comptexpert_desktop.ui.widgets.tone_delegate import TONE_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtGui import QIcon

    from comptexpert_desktop.domain.delegation import DelegationId, DelegationRow

KEPT_PAGES = 30
_LOADING = "…"
_NO_PARENT = QModelIndex()


class Column(NamedTuple):
    """A column: the key that SQL sorts by (empty when it does not), its title, its first width."""

    key: str
    title: str
    width: int


_GRANTOR_COLUMNS = (
    Column("person", "Personne", 140),
    Column("service", "Service et droits", 165),
    Column("firm", "Cabinet", 112),
    Column("status", "État", 200),
    Column("valid_until", "Échéance", 116),
    Column("requested_at", "Demandée le", 128),
)
_GRANTEE_COLUMNS = (_GRANTOR_COLUMNS[0]._replace(title="Expert-comptable"), *_GRANTOR_COLUMNS[1:])


class DelegationTableModel(QAbstractTableModel):
    """Shows the answer of one query; asks for a page when a view wants a row that is not there."""

    page_needed = Signal(int)
    """The number of a page that a view waits for; asked once until it comes."""
    sort_changed = Signal(str, bool)
    """The key to sort by, empty for the natural order, and whether it descends."""

    def __init__(self, *, role: Role, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._today = today
        self.columns = _GRANTOR_COLUMNS if role is Role.GRANTOR else _GRANTEE_COLUMNS
        self._labels = Labels()
        self._total = 0
        self._pages: OrderedDict[int, tuple[DelegationRow, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._answers: dict[int, Callable[[DelegationRow, str], object]] = {
            int(Qt.ItemDataRole.DisplayRole): self._text,
            int(Qt.ItemDataRole.AccessibleTextRole): self._spoken,
            int(Qt.ItemDataRole.ToolTipRole): self._tooltip,
            int(Qt.ItemDataRole.DecorationRole): _icon,
            TONE_ROLE: self._tone,
        }
        self._are_lines, self._names_firm = False, False

    # -- What the screen tells the model --------------------------------------------------------

    def show_lines(self, *, are_lines: bool) -> None:
        """Let the first column say two lines about a row, or the person alone."""
        self._are_lines = are_lines
        self._answers.pop(LINES_ROLE, None)
        if are_lines:
            self._answers[LINES_ROLE] = self._lines

    def set_labels(self, labels: Labels, *, names_firm: bool = False) -> None:
        """Name services and rights with a catalogue from now on, and the cabinet where there are several."""
        self._labels, self._names_firm = labels, names_firm
        if self._total:
            last = self.index(self._total - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def reset_rows(self, rows: Sequence[DelegationRow], *, total: int, page: int = 0) -> None:
        """Show another answer; `rows` are those of one page, usually the first."""
        self.beginResetModel()
        self._total = total
        self._pages = OrderedDict({page: tuple(rows)})
        self._asked.clear()
        self.endResetModel()

    def fill_page(self, rows: Sequence[DelegationRow], *, page: int) -> None:
        """Keep a page that was asked for, and forget the one that was used longest ago."""
        self._asked.discard(page)
        self._pages[page] = tuple(rows)
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        first = page * PAGE
        last = min(first + PAGE, self._total) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    # -- What the screen asks the model ---------------------------------------------------------

    @property
    def total(self) -> int:
        """Tell how many rows the query found."""
        return self._total

    def row_at(self, row: int) -> DelegationRow | None:
        """Return a row, or None while its page is on its way."""
        rows = self._pages.get(row // PAGE)
        if rows is None:
            self._ask(row // PAGE)
            return None
        self._pages.move_to_end(row // PAGE)
        offset = row % PAGE
        return rows[offset] if offset < len(rows) else None

    def id_at(self, row: int) -> str:
        """Return the id of a row, without asking for its page; empty when it is not at hand."""
        rows = self._pages.get(row // PAGE, ())
        return rows[row % PAGE].delegation.id if row >= 0 and row % PAGE < len(rows) else ""

    def find(self, delegation_id: DelegationId | str) -> int | None:
        """Return where a delegation stands among the rows at hand."""
        for page, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if row.delegation.id == delegation_id:
                    return page * PAGE + offset
        return None

    def _ask(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            self.page_needed.emit(page)

    # -- Qt -------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Count every row of the answer, loaded or not, so that the scroll bar is right."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Name the columns; rows have no header."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        answer = self._answers.get(int(role))
        if answer is None or not index.isValid():
            return None
        row = self.row_at(index.row())
        if row is None:
            return _LOADING if role == Qt.ItemDataRole.DisplayRole else None
        return answer(row, self.columns[index.column()].key)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask the screen for another order; SQL sorts, not this model."""
        key = self.columns[column].key if 0 <= column < len(self.columns) else ""
        self.sort_changed.emit(key, order is Qt.SortOrder.DescendingOrder)

    def _text(self, row: DelegationRow, key: str) -> str:
        delegation = row.delegation
        match key:
            case "person":
                party = delegation.grantee if self._role is Role.GRANTOR else delegation.grantor
                return party.display_name
            case "service":
                return self._labels.service_and_rights(delegation)
            case "firm":
                return delegation.firm.name
            case "status":
                return words.state(row).word
            case "valid_until":
                return words.end_of(delegation, today=self._today())
            case _:
                return wording.short_day(wording.local_day(delegation.requested_at))

    def _lines(self, row: DelegationRow, _key: str = "") -> row_lines.RowLines:
        return row_lines.of_row(row, labels=self._labels, today=self._today(), names_firm=self._names_firm)

    def _spoken(self, row: DelegationRow, key: str) -> str:
        if self._are_lines:
            return row_lines.spoken(self._lines(row))
        if key == "valid_until":
            return words.end_of(row.delegation, today=self._today(), spoken=True)
        return self._text(row, key)

    def _tooltip(self, row: DelegationRow, key: str) -> str:
        if key == "status":
            return tooltips.plain(words.state(row).sentence)
        return tooltips.plain(self._spoken(row, key))

    def _tone(self, row: DelegationRow, key: str) -> str:
        if key == "status":
            return words.state(row).tone
        if key == "valid_until" and words.ends_soon(row.delegation, today=self._today()):
            return "warning"
        return ""


def _icon(row: DelegationRow, key: str) -> QIcon | None:
    if key != "status":
        return None
    state = words.state(row)
    return icon(state.icon, tone=state.tone)
