"""The notices as a list: an immutable copy, drawn as the outbox is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from comptexpert_desktop.presentation.delegations.words import StateWord
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.notices import words
from comptexpert_desktop.ui.look import tooltips
from comptexpert_desktop.ui.outbox.model import Roles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.notice import Notice

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_READ = StateWord("Lue", "check", "neutral", "Vous l’avez lue.")
_NEW = "Nouvelle"


class NoticeModel(QAbstractListModel):
    """The notices, the newest first."""

    def __init__(self, *, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._labels = Labels()
        self._notices: tuple[Notice, ...] = ()

    def show_notices(self, notices: Sequence[Notice], *, labels: Labels) -> None:
        """Show another copy."""
        self.beginResetModel()
        self._notices, self._labels = tuple(notices), labels
        self.endResetModel()

    def notice(self, row: int) -> Notice:
        """Return a notice."""
        return self._notices[row]

    def find(self, notice_id: str) -> int | None:
        """Return where a notice stands."""
        return next((row for row, one in enumerate(self._notices) if one.id == notice_id), None)

    def id_at(self, row: int) -> str:
        """Return the id of a notice."""
        return self._notices[row].id if 0 <= row < len(self._notices) else ""

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Count the notices."""
        return 0 if parent.isValid() else len(self._notices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the words of a notice."""
        if not index.isValid():
            return None
        one = self._notices[index.row()]
        detail = words.detail(one, labels=self._labels)
        word = words.WORDS[one.kind]
        state = _READ if one.is_read else StateWord(_NEW, word.icon, word.tone, detail)
        line = f"{words.when(one, now=self._clock())} · {detail}"
        answers: dict[int, object] = {
            int(Qt.ItemDataRole.DisplayRole): words.title(one),
            int(Qt.ItemDataRole.ToolTipRole): tooltips.plain(line),
            int(Qt.ItemDataRole.AccessibleTextRole): f"{state.word}, {words.title(one)}, {line}",
            int(Roles.DETAIL): line,
            int(Roles.STATE): state,
        }
        return answers.get(int(role))
