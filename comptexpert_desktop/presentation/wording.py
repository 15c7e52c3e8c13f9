"""French dates, delays, plurals and lists, as every screen writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_ELIDED = frozenset("aàâäæeéèêëhiîïoôöœuùûüy")
_NEAR_DAYS = 60
_MINUTE = 60
_HOUR = 3600
_YEAR, _MONTH, _NEAR_MONTH = 365, 365 / 12, 0.6
"""In days; a period is said in months when it is that near to them."""


def number(value: int) -> str:
    """Write a whole number with narrow spaces between thousands."""
    return f"{value:,}".replace(",", NARROW_NBSP)


def count(value: int, one: str, *, many: str = "") -> str:
    """Write « 0 demande », « 1 demande », « 2 demandes »; French counts zero as one."""
    if abs(value) <= 1:
        return f"{number(value)}{NBSP}{one}"
    return f"{number(value)}{NBSP}{many or one + 's'}"


def joined(words: Sequence[str], *, last: str = "et") -> str:
    """Write « a, b et c »."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def quoted(text: str) -> str:
    """Put French quotation marks round a text."""
    return f"«{NBSP}{text}{NBSP}»"


def of(name: str) -> str:
    """Write « de Claire », « d’Élise », « d’Hugo », « d’Yves », « de Yann »."""
    first, second = name[:1].casefold(), name[1:2].casefold()
    return f"d’{name}" if first in _ELIDED and not (first == "y" and second in _ELIDED) else f"de {name}"


def day(value: date) -> str:
    """Write « 1er mars 2026 », without a break between the day and its month."""
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def short_day(value: date | None) -> str:
    """Write « 01/03/2026 » for a table, or nothing."""
    return f"{value.day:02}/{value.month:02}/{value.year}" if value else ""


def clock_time(value: datetime, *, zone: tzinfo | None = None) -> str:
    """Write « 14 h 05 » in the zone of the machine, or in another one."""
    local = value.astimezone(zone)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def moment(value: datetime, *, now: datetime, zone: tzinfo | None = None) -> str:
    """Write « aujourd'hui à 14 h 05 », « hier à … », « demain à … » or « le 12 mars 2026 à … »."""
    local, today = value.astimezone(zone).date(), now.astimezone(zone).date()
    near = {0: "aujourd’hui", -1: "hier", 1: "demain"}
    when = near.get((local - today).days, f"le {day(local)}")
    return f"{when} à {clock_time(value, zone=zone)}"


def local_day(value: datetime, *, zone: tzinfo | None = None) -> date:
    """Tell the day of an instant where the person is."""
    return value.astimezone(zone).date()


def days_left(until: date, *, today: date) -> str:
    """Write how far an end date is: « dans 3 jours », « demain », « il y a 2 jours »; nothing when far."""
    left = (until - today).days
    near = {0: "aujourd’hui", 1: "demain", -1: "hier"}
    if left in near:
        return near[left]
    if left < 0:
        return f"il y a {count(-left, 'jour')}"
    return f"dans {count(left, 'jour')}" if left <= _NEAR_DAYS else ""


def period(days: int, *, is_exact: bool = False) -> str:
    """Write how long something lasts, as people say it: « 2 ans », « 45 jours »; or exactly, « 2 ans (730 jours) »."""
    exact = count(days, "jour")
    if days and days % _YEAR == 0:
        said = count(days // _YEAR, "an")
    else:
        months = round(days / _MONTH)
        is_near = months and abs(days - months * _MONTH) < _NEAR_MONTH * months
        said = count(months, "mois", many="mois") if is_near else exact
    return f"{said} ({exact})" if is_exact and said != exact else said


def ago(seconds: float) -> str:
    """Write how old something is: « à l’instant », « il y a 3 minutes », « il y a 2 heures »."""
    if seconds < _MINUTE:
        return "à l’instant"
    if seconds < _HOUR:
        return f"il y a {count(int(seconds // _MINUTE), 'minute')}"
    return f"il y a {count(int(seconds // _HOUR), 'heure')}"


def delay(seconds: float) -> str:
    """Write a wait: « dans 20 secondes », « dans 3 minutes », « dans 2 heures »."""
    if seconds < 1:
        return "maintenant"
    if seconds < _MINUTE:
        return f"dans {count(round(seconds), 'seconde')}"
    if seconds < _HOUR:
        return f"dans {count(round(seconds / _MINUTE), 'minute')}"
    return f"dans {count(round(seconds / _HOUR), 'heure')}"
