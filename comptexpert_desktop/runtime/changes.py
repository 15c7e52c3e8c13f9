"""Tell the screens which topics changed, so that each reads again what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.topics import Topic, Topics


class Changes(QObject):
    """One signal, on the main thread: these topics changed."""

    changed = Signal(object)

    def announce(self, topics: Topics) -> None:
        """Tell every listener; nothing is said when nothing changed."""
        if topics:
            self.changed.emit(topics)

    def listen(self, owner: QObject, *topics: Topic, call: Callable[[], None]) -> None:
        """Call back whenever one of these topics changes, for as long as `owner` lives."""
        followed = frozenset(topics)

        def hear(changed: Topics) -> None:
            if not shiboken6.isValid(owner):
                self.changed.disconnect(hear)
            elif changed & followed:
                call()

        self.changed.connect(hear)
