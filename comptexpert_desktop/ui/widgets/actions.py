"""What can be done on a screen, declared once: buttons, menus, keys, reasons and the page of keys read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Qt.ShortcutContext.WidgetShortcut
"""The keys work while their widget itself has the keyboard: letters, in a list beside which one types."""
INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut
"""The keys work while the keyboard is anywhere inside their widget."""


_SINGLE_KEYS = "comptexpertSingleKeys"


class ActionSpec(NamedTuple):
    """An action as it is declared: its id, its title, its keys."""

    name: str
    title: str
    keys: tuple[str, ...] = ()
    scope: Qt.ShortcutContext = INSIDE

    @property
    def is_single_key(self) -> bool:
        """Tell whether one character does it, without Ctrl or Alt: such a key may be turned off."""
        return any(len(key) == 1 for key in self.keys)


class KeyPlaces(NamedTuple):
    """Where the keys of a list work: everywhere round it, single characters in its table alone."""

    inside: QWidget
    table: QWidget

    def of(self, spec: ActionSpec) -> QWidget:
        """Return the place of an action."""
        return self.table if spec.is_single_key else self.inside


def single_keys_act() -> bool:
    """Tell whether a single character may do something; it may unless the person turned that off."""
    application = QCoreApplication.instance()
    return application is None or application.property(_SINGLE_KEYS) is not False


def let_single_keys_act(*, allowed: bool) -> None:
    """Let single characters act, or leave them to what one types or says to the machine (WCAG 2.1.4)."""
    application = QApplication.instance()
    if isinstance(application, QApplication) and allowed != single_keys_act():
        application.setProperty(_SINGLE_KEYS, allowed)
        for widget in application.allWidgets():
            for action in widget.actions():
                if isinstance(action, ScreenAction):
                    action.follow_keys()


class ScreenAction(QAction):
    """An action at hand: whether it may be done now, and why not."""

    def __init__(self, spec: ActionSpec, run: Callable[[], object], *, owner: QWidget) -> None:
        super().__init__(spec.title, owner)
        self.spec = spec
        self.setObjectName(spec.name)
        self.follow_keys()
        self.setShortcutContext(HERE if spec.is_single_key else spec.scope)
        self.triggered.connect(lambda _checked=False: run())
        owner.addAction(self)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that do it now."""
        return tuple(key for key in self.spec.keys if len(key) > 1 or single_keys_act())

    def follow_keys(self) -> None:
        """Take the keys that hold now."""
        self.setShortcuts([QKeySequence(key) for key in self.keys])

    @property
    def title(self) -> str:
        """The title without its mnemonic."""
        return self.text().replace("&", "")

    @property
    def why_not(self) -> str:
        """Why it cannot be done now; empty when it can."""
        return "" if self.isEnabled() else self.whatsThis()

    def allow(self, why_not: str = "") -> None:
        """Let it be done, or say why it cannot be."""
        self.setWhatsThis(why_not)
        self.setEnabled(not why_not)

    def key(self) -> str:
        """Return its first key as people read it; empty when it has none."""
        return self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


class ActionRegistry(QObject):
    """The actions of one screen, in the order in which they were declared."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._actions: dict[str, ScreenAction] = {}

    def add(self, spec: ActionSpec, run: Callable[[], object], *, owner: QWidget | None = None) -> ScreenAction:
        """Declare an action; its keys work in `owner`, by default in the whole screen."""
        assert spec.name not in self._actions, spec.name
        action = ScreenAction(spec, run, owner=owner or self._owner)
        self._actions[spec.name] = action
        return action

    def __getitem__(self, name: str) -> ScreenAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[ScreenAction]:
        return iter(tuple(self._actions.values()))
