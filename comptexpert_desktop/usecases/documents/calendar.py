"""Write end dates as a calendar: a whole day each, a name that stays the same, and two reminders before.

Imported only when a calendar is wanted: the library below is large.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

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


def content(
    deadlines: Sequence[Deadline], *, name: str, now: datetime, step: Callable[[int], object] = lambda _done: None
) -> bytes:
    """Write the deadlines; `step` hears how many are done."""
    book = Calendar()
    book.add("prodid", "-//Comptexpert//Délégations//FR")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    alarms: list[Component] = [_alarm(days) for days in REMINDERS]
    for done, one in enumerate(deadlines, start=1):
        event = _event(one, now=now)
        event.subcomponents = list(alarms)
        book.add_component(event)
        step(done)
    return bytes(book.to_ical())


def _event(one: Deadline, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"fin-{one.id}@comptexpert")
    event.add("dtstamp", now)
    event.add("dtstart", one.last_day)
    event.add("dtend", one.last_day + timedelta(days=1))
    event.add("sequence", one.version)
    event.add("summary", one.title)
    event.add("description", one.text)
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
