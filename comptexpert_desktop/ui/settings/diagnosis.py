"""Gather a description of this installation in the background, and show it whole before anything is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.ui.settings import bundle_dialog
from comptexpert_desktop.usecases.support import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings import Resolved


class Diagnosis(QObject):
    """One preparation at a time, for the widget that owns it."""

    ended = Signal()
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(
        self, tasks: Tasks, *, owner: QWidget, clock: Callable[[], datetime], resolved: Mapping[str, Resolved]
    ) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._clock, self._resolved = tasks, owner, clock, resolved
        self._is_running = False

    def prepare(self) -> None:
        """Gather what is on this machine, then look at the way to the server; ends with `ended` or `failed`."""
        if self._is_running:
            return
        self._is_running = True
        work = partial(diagnostics.gather, resolved=self._resolved, now=self._clock())
        self._tasks.read(self, work, self._gathered, failed=self._broke)

    def _gathered(self, document: dict[str, Any]) -> None:
        self._tasks.call(self, diagnostics.look, partial(self._looked, document), failed=self._broke)

    def _looked(self, document: dict[str, Any], found: list[dict[str, str]]) -> None:
        self._is_running = False
        self.ended.emit()
        bundle_dialog.show(self._owner.window(), diagnostics.text(document | {"network": found}))

    def _broke(self, error: ComptexpertError) -> None:
        self._is_running = False
        self.failed.emit(error)
