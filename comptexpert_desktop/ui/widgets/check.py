"""A box to tick whose words go on below where they have no room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_PART = re.compile(r" *[^ ]+?(?:[-@](?=\w)|(?= )|$)")
"""What stays on one line: a word, or a part of one that a hyphen or the sign of an address ends."""


class Check(QCheckBox):
    """A check box that wraps: Qt's own asks for the width of all its words."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words = ""
        self.setText(text)

    def text(self) -> str:
        """Return the words as they were given."""
        return self._words

    def setText(self, text: str) -> None:
        """Say other words; `&` marks the letter of the keyboard."""
        self._words = text
        self.setAccessibleName(text.replace("&&", "\0").replace("&", "").replace("\0", "&"))
        self._fold(self.width())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(self._beside() + self._length(self._words), self.heightForWidth(self._beside() + 10**6))

    def minimumSizeHint(self) -> QSize:
        """Ask for the longest word, or part of an address."""
        widest = max((self._length(part.strip()) for part in _PART.findall(self._words)), default=0)
        return QSize(self._beside() + widest, self.heightForWidth(self._beside() + 10**6))

    def hasHeightForWidth(self) -> bool:
        """Tell that a narrow box is a high one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width, in points."""
        lines = self._lines(width)
        return super().sizeHint().height() + (len(lines) - self._shown()) * QFontMetrics(self.font()).lineSpacing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the lines for the new width."""
        super().resizeEvent(event)
        self._fold(event.size().width())

    def _shown(self) -> int:
        return super().text().count("\n") + 1

    def _fold(self, width: int) -> None:
        folded = "\n".join(self._lines(width))
        if folded != super().text():
            super().setText(folded)

    def _lines(self, width: int) -> list[str]:
        room, lines = width - self._beside(), [""]
        for part in _PART.findall(self._words):
            longer = lines[-1] + part if lines[-1] else part.lstrip()
            if lines[-1] and self._length(longer) > room:
                lines.append(part.lstrip())
            else:
                lines[-1] = longer
        return lines

    def _length(self, text: str) -> int:
        return QFontMetrics(self.font()).horizontalAdvance(text.replace("&&", "&")) + 1

    def _beside(self) -> int:
        """Return the room of everything but the words."""
        shown = max((self._length(line) for line in super().text().split("\n")), default=0)
        return super().sizeHint().width() - shown + 2
