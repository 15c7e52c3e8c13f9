"""What a person chose on this machine, as it holds now: a choice holds at once, within what the policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.settings.definitions import BY_NAME, LOCK_DELAYS
from comptexpert_desktop.settings.user_file import keep

if TYPE_CHECKING:
    from comptexpert_desktop.settings.reading import Settings
    from comptexpert_desktop.settings.values import Value

_LOCK, _SCHEME = "lock_after", "colour_scheme"
_MINUTES = tuple(int(delay) if delay.isdecimal() else 0 for delay in LOCK_DELAYS)


class Preferences:
    """The settings of this run, and what the person changed in them since."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        """What holds now: a policy that changes replaces it, and is read where it is used."""
        self._chosen: dict[str, Value] = {}

    def is_locked(self, name: str) -> bool:
        """Tell whether the machine's policy decided a setting."""
        found = self.settings.resolved.get(name)
        return found is not None and found.is_locked

    def value(self, name: str) -> object:
        """Return what holds now."""
        if name in self._chosen and not self.is_locked(name):
            return self._chosen[name]
        found = self.settings.resolved.get(name)
        return BY_NAME[name].default if found is None else found.value

    def choose(self, name: str, value: Value) -> bool:
        """Write a choice down; False when the file could not be written, and nothing changes."""
        if not keep(self.settings.data_dir, choices={name: value}):
            return False
        self._chosen[name] = value
        return True

    def colour_scheme(self) -> str:
        """Return which colours are shown."""
        chosen = None if self.is_locked(_SCHEME) else self._chosen.get(_SCHEME)
        return str(self.settings.colour_scheme if chosen is None else chosen)

    def lock_maximum(self) -> int:
        """Return the longest delay that the policy allows before the window locks, in minutes; 0 sets none."""
        return self.settings.lock_minutes if self.settings.lock_is_imposed else 0

    def lock_choices(self) -> tuple[int, ...]:
        """List the delays that may be chosen, in minutes; 0 is never."""
        maximum = self.lock_maximum()
        if not maximum:
            return _MINUTES
        return tuple(delay for delay in _MINUTES if 0 < delay <= maximum) or (maximum,)

    def lock_minutes(self) -> int:
        """Return after how many minutes the window locks: what was chosen, never above the maximum; 0 is never."""
        found = self.settings.resolved.get(_LOCK)
        chosen = self._chosen.get(_LOCK, found.chosen if found is not None else None)
        minutes = self.settings.lock_minutes if chosen is None else _minutes(chosen)
        maximum = self.lock_maximum()
        return min(minutes or maximum, maximum) if maximum else minutes

    def choose_lock_minutes(self, minutes: int) -> bool:
        """Write down after how many minutes the window locks."""
        return self.choose(_LOCK, str(minutes) if minutes else "never")


def _minutes(delay: Value) -> int:
    return int(str(delay)) if str(delay).isdecimal() else 0
