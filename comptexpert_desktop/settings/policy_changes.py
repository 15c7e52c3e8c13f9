"""What a policy that changes while the program runs comes to: what holds at once, and what waits for the next start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.settings.definitions import KEYS

if TYPE_CHECKING:
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.settings.reading import Resolved, Settings

AT_ONCE = {
    "lock_after": ("lock_minutes", "lock_is_imposed"),
    "desktop_notifications": ("desktop_notifications",),
    "start_at_sign_in": ("start_at_sign_in",),
    "single_keys": ("single_keys",),
    "log_level": ("log_level",),
    "colour_scheme": ("colour_scheme",),
}
"""What is read at each use, with the fields that hold it; everything else was built in when the program started."""
CLOSES_AT_ONCE = {"exports": ("may_export",)}
"""What can be taken away under the open window, and comes back at the next start."""
FIELDS = AT_ONCE | CLOSES_AT_ONCE


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What differs between the settings that hold and those that the machine says now."""

    settings: Settings
    """What holds from here on."""
    at_once: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """What the next start takes."""
    refusal: ComptexpertError | None = None
    """Why the next start will be refused: nothing is taken then."""


def compare(held: Settings, *, now: Settings) -> PolicyChange:
    """Say what changed, for what a policy decides or decided; a person's own choices hold already."""
    if now.refusal is not None:
        return PolicyChange(held, refusal=now.refusal)
    changed = [key.name for key in KEYS if _differs(held.resolved.get(key.name), now.resolved[key.name])]
    at_once = tuple(name for name in changed if name in AT_ONCE or _closes(name, now))
    later = tuple(name for name in changed if name not in at_once)
    fields = {field: getattr(now, field) for name in at_once for field in FIELDS[name]}
    resolved = {**held.resolved, **{name: now.resolved[name] for name in at_once}}
    return PolicyChange(replace(held, resolved=resolved, **fields), at_once, later)


def _differs(held: Resolved | None, now: Resolved) -> bool:
    if held is None:
        return now.is_locked
    is_decided = held.is_locked or now.is_locked
    return is_decided and (held.value, held.is_locked) != (now.value, now.is_locked)


def _closes(name: str, now: Settings) -> bool:
    return name in CLOSES_AT_ONCE and not any(getattr(now, field) for field in CLOSES_AT_ONCE[name])
