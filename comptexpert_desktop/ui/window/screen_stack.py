"""The screens of the window, each built the first time that it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.ui.widgets.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comptexpert_desktop.ui.screen import Screen, ScreenContext
    from comptexpert_desktop.ui.window.navigation import NavItem


class ScreenSpec(NamedTuple):
    """A screen: its place in the navigation, and how it is built."""

    item: NavItem
    build: Callable[[ScreenContext], Screen]
    is_in_rail: bool = True
    """It has a button in the navigation; another screen leads to the others."""


class ScreenStack(Pages):
    """Shows one screen at a time."""

    def __init__(self, context: ScreenContext, specs: Sequence[ScreenSpec]) -> None:
        super().__init__()
        self._context = context
        self._specs = {spec.item.key: spec for spec in specs}
        self._screens: dict[str, Screen] = {}
        self._stale: set[str] = set()

    def screen_of(self, key: str) -> Screen:
        """Return a screen, built now if it was never opened, or if what it was built of changed."""
        if key in self._stale and self._screens[key] is not self.currentWidget():
            self._discard(key)
        if key not in self._screens:
            self.put(key, self._specs[key].build(self._context))
        return self._screens[key]

    @property
    def key(self) -> str:
        """Return the key of the screen that is shown."""
        return next(key for key, screen in self._screens.items() if screen is self.currentWidget())

    def show_screen(self, key: str) -> None:
        """Show a screen in place of the others."""
        self.setCurrentWidget(self.screen_of(key))

    def put(self, key: str, screen: Screen) -> None:
        """Add a screen that was built elsewhere."""
        self._screens[key] = screen
        self.addWidget(screen)

    def renew(self, *keys: str) -> None:
        """Build these screens again the next time that they are opened; the one that is shown stays as it is."""
        self._stale |= self._screens.keys() & set(keys)

    def _discard(self, key: str) -> None:
        screen = self._screens.pop(key)
        self._stale.discard(key)
        self.removeWidget(screen)
        screen.deleteLater()

    def built(self) -> Iterator[Screen]:
        """Go through the screens that were opened so far."""
        return iter(tuple(self._screens.values()))

    def current(self) -> Screen:
        """Return the screen that is shown."""
        return self._screens[self.key]
