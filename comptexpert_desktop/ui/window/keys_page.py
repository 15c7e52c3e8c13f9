"""The page of keys: what can be done on the open screen and everywhere, with its keys (« ? » and Shift+F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui.destinations import NewRequest
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, let_single_keys_act, single_keys_act
from comptexpert_desktop.ui.widgets.buttons import secondary
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.ui.window.main_window import MainWindow

KEYS = ("?", "Shift+F1")
NEW = "Ctrl+N"
SINGLE_KEYS = "single_keys"
_READS = {
    "Return": "Entrée",
    "Enter": "Entrée",
    "Del": "Suppr",
    "Ctrl+Return": "Ctrl+Entrée",
    "Ctrl+Enter": "Ctrl+Entrée",
    "Shift+F1": "Maj+F1",
}


class KeyLine(NamedTuple):
    """What can be done, its keys as people read them, and why it cannot be done now."""

    title: str
    keys: str
    why_not: str = ""


def add_shortcuts(window: MainWindow) -> None:
    """Let « ? » and Shift+F1 open the page, and Ctrl+N a new delegation; single characters act unless turned off."""
    preferences = window.context.preferences
    QShortcut(QKeySequence(NEW), window, lambda: window.open(NewRequest()))
    shortcuts = {key: QShortcut(QKeySequence(key), window, lambda: open_keys(window)) for key in KEYS}

    def follow() -> None:
        let_single_keys_act(allowed=bool(preferences.value(SINGLE_KEYS)))
        for key in KEYS:
            shortcuts[key].setEnabled(len(key) > 1 or single_keys_act())

    window.changes.listen(window, Topic.SETTINGS, call=follow)
    follow()


def open_keys(window: MainWindow) -> KeysDialog:
    """Show the keys of the open screen, then those of the whole window."""
    screen = window.stack.current()
    dialog = KeysDialog(window, groups=[(screen.title, lines_of(screen)), ("Partout", lines_of_window(window))])
    dialog.open()
    return dialog


def lines_of(screen: QWidget) -> list[KeyLine]:
    """List the actions of a screen and of its parts that have keys, in the order in which they were declared."""
    found = []
    for registry in screen.findChildren(ActionRegistry):
        owner = registry.parent()
        if isinstance(owner, QWidget) and not owner.isVisibleTo(screen):
            continue
        found += [
            KeyLine(action.title, read_keys(action.keys), action.why_not)
            for action in registry
            if action.keys and action.isVisible()
        ]
    return found


def lines_of_window(window: MainWindow) -> list[KeyLine]:
    """List the keys that work everywhere."""
    places = [
        KeyLine(button.accessibleName(), f"Ctrl+{rank}")
        for rank, button in enumerate(window.navigation.buttons.values(), start=1)
    ]
    usual = [
        KeyLine("Guide de cet écran", "F1"),
        KeyLine("Nouvelle délégation", NEW),
        KeyLine("Envoyer et recevoir maintenant", "F5"),
        KeyLine("Écran précédent", "Alt+Gauche"),
        KeyLine("Écran suivant", "Alt+Droite"),
        KeyLine("Copier les lignes choisies", "Ctrl+C"),
    ]
    return [
        *places,
        *usual,
        KeyLine("Cette liste", read_keys([key for key in KEYS if len(key) > 1 or single_keys_act()])),
    ]


def read_keys(keys: Sequence[str]) -> str:
    """Write keys as people read them."""
    return " ou ".join(dict.fromkeys(_READS.get(key, key) for key in keys))


class KeysDialog(QDialog):
    """Two columns a group: what it does, and the keys."""

    def __init__(self, parent: QWidget, *, groups: Sequence[tuple[str, Sequence[KeyLine]]]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("keysDialog")
        self.setWindowTitle("Touches du clavier")
        page = Page("Touches du clavier")
        for title, lines in groups:
            page.body.addWidget(PlainLabel(title, role="heading"))
            page.body.addLayout(_grid(lines))
        close = secondary("Fermer", name="closeKeysButton")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE * 6, 0, SPACE * 6, SPACE * 5)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page, 1)
        column.addLayout(foot)
        screen_room.resize(self, SPACE * 130, SPACE * 140)
        close.setFocus()


def _grid(lines: Sequence[KeyLine]) -> QGridLayout:
    grid = QGridLayout()
    grid.setColumnStretch(0, 1)
    grid.setHorizontalSpacing(SPACE * 4)
    grid.setVerticalSpacing(SPACE * 2)
    if not lines:
        grid.addWidget(PlainLabel("Aucune touche propre à cet écran.", role="muted"), 0, 0)
    for row, line in enumerate(lines):
        words = f"{line.title}\u00a0: {line.why_not}" if line.why_not else line.title
        grid.addWidget(PlainLabel(words, role="muted" if line.why_not else "body"), row, 0)
        grid.addWidget(PlainLabel(line.keys, role="mono", wrap=False), row, 1)
    return grid
