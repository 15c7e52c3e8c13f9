"""Write end dates as a calendar: a whole day each, a name that stays the same, and two reminders before.

Imported only when a calendar is wanted: the library below is large.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event, vText

from comptexpert_desktop.domain.table import writable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from icalendar import Component

REMINDERS = (30, 14)
"""Days before the end."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of something; `version` grows when it is moved, so that a calendar moves its own too."""

    id: str
    last_day: date
    title: str
    text: str
    version: int = 0


class _Words(vText):
    """A text that arrives as it is: the library would make a new line of a backslash before an N."""

    def to_ical(self) -> bytes:
        """Escape as RFC 5545 says, section 3.3.11."""
        text = str(self).replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
        return text.replace("\r\n", r"\n").replace("\n", r"\n").replace("\r", r"\n").encode()


def content(
    deadlines: Sequence[Deadline], *, name: str, now: datetime, step: Callable[[int], object] = lambda _done: None
) -> bytes:
    """Write the deadlines; `step` hears how many are done."""
    calendar = Calendar()
    calendar.add("prodid", "-//Comptexpert//Délégations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", writable(name))
    alarms: list[Component] = [_alarm(days) for days in REMINDERS]
    for done, one in enumerate(deadlines, start=1):
        event = _event(one, now=now)
        event.subcomponents = list(alarms)
        calendar.add_component(event)
        step(done)
    return bytes(calendar.to_ical())


def _event(one: Deadline, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"fin-{one.id}@comptexpert")
    event.add("dtstamp", now)
    event.add("dtstart", one.last_day)
    event.add("dtend", one.last_day + timedelta(days=1))
    event.add("sequence", one.version)
    event.add("summary", _Words(writable(one.title)))
    event.add("description", _Words(writable(one.text)))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _alarm(days: int) -> Alarm:
    """Make a reminder; all events share it, which is three times as fast as one each."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Une délégation prend bientôt fin.")
    alarm.add("trigger", timedelta(days=-days))
    return alarm
