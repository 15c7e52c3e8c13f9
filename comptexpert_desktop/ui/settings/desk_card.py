"""How the application lives on this machine: yes or no for each, kept at once, or decided by the firm."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.settings.definitions import BY_NAME
from comptexpert_desktop.ui.settings.managed_card import MANAGED
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings import Preferences

NOT_KEPT = "Ce choix n’a pas pu être enregistré sur ce poste."
INDENT = 32
LATER = "À partir du prochain démarrage."
CHOICES = {"start_at_sign_in": "", "single_keys": "", "desktop_notifications": LATER, "update_notice": LATER}
"""What a person chooses here, and what there is to know beside the explanation of the setting."""


class DeskCard(Card):
    """A box for each choice."""

    said = Signal(str, str)
    """A sentence for the person, and its tone."""

    def __init__(self, tasks: Tasks, changes: Changes, *, preferences: Preferences) -> None:
        super().__init__("Sur ce poste", name="deskCard")
        self._tasks, self._changes, self._preferences = tasks, changes, preferences
        self.boxes: dict[str, Check] = {}
        for name, when in CHOICES.items():
            if name == "update_notice" and not preferences.value("updates_url"):
                continue  # nothing is looked for: there is nothing to choose
            self._add_box(name, when)

    def _add_box(self, name: str, when: str) -> None:
        key, is_locked = BY_NAME[name], self._preferences.is_locked(name)
        hint = MANAGED if is_locked else " ".join(part for part in (key.french[1], when) if part)
        box = Check(key.french[0])
        box.setObjectName(f"desk-{name}")
        box.setAccessibleName(key.french[0])
        box.setAccessibleDescription(hint)
        box.setChecked(bool(self._preferences.value(name)))
        box.setEnabled(not is_locked)
        box.toggled.connect(partial(self._choose, name))
        self.boxes[name] = box
        explained = QVBoxLayout()
        explained.setContentsMargins(INDENT, 0, 0, 0)
        explained.addWidget(PlainLabel(hint, role="hint"))
        row = QVBoxLayout()
        row.setSpacing(0)
        row.addWidget(box)
        row.addLayout(explained)
        self.add(row)

    def _choose(self, name: str, checked: bool) -> None:  # noqa: FBT001  Qt's toggled
        choose = partial(self._preferences.choose, name, checked)
        self._tasks.read(self, lambda _stores: choose(), partial(self._kept, name, not checked))

    def _kept(self, name: str, before: bool, is_kept: bool) -> None:  # noqa: FBT001  bound above, and the result
        if is_kept:
            self._changes.announce(frozenset({Topic.SETTINGS}))
            return
        box = self.boxes[name]
        box.blockSignals(True)
        box.setChecked(before)
        box.blockSignals(False)
        self.said.emit(NOT_KEPT, "warning")
