"""The buttons of the application: one primary action a screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look import icons, theme, tooltips
from comptexpert_desktop.ui.widgets.restyle import set_style

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPixmap

    from comptexpert_desktop.ui.widgets.actions import ScreenAction

_ICON_TONES = {"primary": "on_accent", "danger": "on_danger", "quiet": "accent", "choice": "accent"}

GAPS = {"nav": 10, "icon": 0}
"""The room between the icon and the words, by variant, in device-independent pixels."""


class Button(QPushButton):
    """A button dressed by its variant, whose icon follows the theme."""

    def __init__(
        self,
        text: str,
        *,
        variant: str,
        name: str = "",
        icon: str = "",
        tone: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._tone = tone or _ICON_TONES.get(variant, "text")
        self._was_put_away = False
        self._drawn: QPixmap | None = None
        self.setProperty("variant", variant)
        self.setAutoDefault(False)
        if name:
            self.setObjectName(name)
        self._gap = 0
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Say other words; without any, the icon stands in the middle."""
        self.setText(text)
        self._gap = GAPS.get(str(self.property("variant")), 4) if text else 0
        side = theme.scaled(icons.SIZE)
        self.setIconSize(QSize(side + self._gap, side))
        self._tint()

    def set_icon(self, name: str, *, tone: str = "") -> None:
        """Show another icon."""
        self._icon_name = name
        self._tone = tone or self._tone
        self._tint()

    def set_variant(self, variant: str) -> None:
        """Dress it otherwise: another button has become the one that the screen is about, or this one has."""
        self._tone = _ICON_TONES.get(variant, "text")
        set_style(self, variant=variant)
        self._tint()

    def allow(self, why_not: str = "", *, tip: str = "", keys: str = "") -> None:
        """Let it be pressed, or say why it cannot be; `tip` is shown and `keys` said while it can."""
        self.setEnabled(not why_not)
        said = f"Pourquoi{wording.NBSP}? {why_not}" if why_not else ""
        tooltips.show_on(self, said or tip, spoken=said or keys)

    def follow(self, action: ScreenAction) -> None:
        """Do what an action does; be named, allowed and shown as it is."""
        self.clicked.connect(action.trigger)
        action.changed.connect(partial(self._show_action, action))
        self._show_action(action)

    def _show_action(self, action: ScreenAction) -> None:
        self.setText(action.text())
        keys = action.key()
        word = "touches" if "+" in keys else "touche"
        said = f"{word} {keys}" if keys else ""
        self.allow(action.why_not, tip=f"{action.title} ({said})" if said else action.title, keys=said)
        if not action.isVisible():
            self._was_put_away = True
            self.hide()
        elif self._was_put_away:  # never before it stands in a layout: it would be a window
            self._was_put_away = False
            self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the keyboard, as Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon again when the colours change."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.EnabledChange}:
            self._tint()

    def _tint(self) -> None:
        if self._icon_name:
            tone = self._tone if self.isEnabled() else "disabled"
            drawn = icons.pixmap(self._icon_name, tone, size=theme.scaled(icons.SIZE), gap=self._gap)
            if drawn is not self._drawn:  # colours are told to change many times while a window is built
                self._drawn = drawn
                self.setIcon(QIcon(drawn))


def primary(text: str, *, name: str = "", icon: str = "") -> Button:
    """Make the one button that a screen is about."""
    return Button(text, variant="primary", name=name, icon=icon)


def secondary(text: str, *, name: str = "", icon: str = "") -> Button:
    """Make a button for the other things that can be done."""
    return Button(text, variant="secondary", name=name, icon=icon)


def danger(text: str, *, name: str = "", icon: str = "") -> Button:
    """Make a button for what takes something away."""
    return Button(text, variant="danger", name=name, icon=icon)


def quiet(text: str, *, name: str = "", icon: str = "") -> Button:
    """Make a button that looks like a link."""
    return Button(text, variant="quiet", name=name, icon=icon)


def icon_button(icon: str, accessible_name: str, *, name: str = "") -> Button:
    """Make a button that only shows an icon; its name is said and shown as a tip."""
    button = Button("", variant="icon", name=name, icon=icon)
    button.setAccessibleName(accessible_name)
    button.setToolTip(accessible_name)
    return button
