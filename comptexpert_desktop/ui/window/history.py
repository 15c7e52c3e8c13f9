"""Where the person has been: back and forward, as in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.ui.destinations import Destination

MAX_STEPS = 50
BACK_KEYS, FORWARD_KEYS = ("Alt+Left", "Back"), ("Alt+Right", "Forward")


class History:
    """The destinations, and which of them is shown."""

    def __init__(self) -> None:
        self._steps: list[Destination] = []
        self._place = -1

    def add(self, destination: Destination) -> None:
        """Note where the person went; what was ahead is gone."""
        if self._steps and self._steps[self._place] == destination:
            return
        self._steps = [*self._steps[: self._place + 1], destination][-MAX_STEPS:]
        self._place = len(self._steps) - 1

    def move(self, by: int) -> Destination | None:
        """Go back or forward; None at the end."""
        place = self._place + by
        if not 0 <= place < len(self._steps):
            return None
        self._place = place
        return self._steps[place]

    def leave(self) -> Destination | None:
        """Forget the place at hand and go back to the one before it; None where there is none."""
        before = self.move(-1)
        self._steps = self._steps[: self._place + 1]
        return before


def add_shortcuts(window: QWidget, history: History, *, show: Callable[[Destination], object]) -> None:
    """Let Alt+Left and Alt+Right, and the keys of a keyboard that has them, go back and forward."""

    def go(by: int) -> None:
        destination = history.move(by)
        if destination is not None:
            show(destination)

    for keys, by in ((BACK_KEYS, -1), (FORWARD_KEYS, 1)):
        for key in keys:
            QShortcut(QKeySequence(key), window, lambda by=by: go(by))
