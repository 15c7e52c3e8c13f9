"""Write end dates as a calendar: one entry a day with all that ends on it, and two reminders before.

Imported only when a calendar is wanted: the library below is large.
"""

from __future__ import annotations

import hashlib
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
    """The last day of something."""

    last_day: date
    title: str
    text: str


class _Words(vText):
    """A text that arrives as it is: the library would make a new line of a backslash before an N."""

    def to_ical(self) -> bytes:
        """Escape as RFC 5545 says, section 3.3.11."""
        text = str(self).replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
        return text.replace("\r\n", r"\n").replace("\n", r"\n").replace("\r", r"\n").encode()


def content(
    deadlines: Sequence[Deadline],
    *,
    name: str,
    now: datetime,
    owner: str = "",
    step: Callable[[int], object] = lambda _done: None,
) -> bytes:
    """Write the deadlines, one entry a day; `step` hears how many are done.

    An entry is named after its day and the account whose deadlines they are: colleagues may share a calendar. It is
    numbered by the moment of writing: a calendar that reads a later file takes what is said there of a day in the place
    of what it held. Of a day of which nothing is said any more it hears nothing.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Comptexpert//Délégations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", writable(name))
    alarms: list[Component] = [_alarm(days) for days in REMINDERS]
    days: dict[date, list[Deadline]] = {}
    for done, one in enumerate(deadlines, start=1):
        days.setdefault(one.last_day, []).append(one)
        step(done)
    for last_day, found in sorted(days.items()):
        event = _event(last_day, found, now=now, owner=owner)
        event.subcomponents = list(alarms)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(last_day: date, found: Sequence[Deadline], *, now: datetime, owner: str) -> Event:
    first = found[0]
    is_one = len(found) == 1
    title = first.title if is_one else f"{len(found)} délégations prennent fin"
    text = first.text if is_one else "\n\n".join(f"{one.title}\n{one.text}" for one in found)
    event = Event()
    whose = f"-{hashlib.sha256(owner.encode()).hexdigest()[:12]}" if owner else ""
    event.add("uid", f"fin-{last_day.isoformat()}{whose}@comptexpert")
    event.add("dtstamp", now)
    event.add("dtstart", last_day)
    event.add("dtend", last_day + timedelta(days=1))
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("summary", _Words(writable(title)))
    event.add("description", _Words(writable(text)))
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
