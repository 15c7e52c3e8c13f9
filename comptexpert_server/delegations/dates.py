"""The first and last day that a person asks for, checked; what is at fault is named by its member."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_server.delegations import rules
from comptexpert_server.web.problems import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptexpert_server.catalogue.catalogue import Service


def first_day(requested: date | None, *, today: date) -> date | None:
    """Return the first day of a right, or None when none is asked for; refuse one past or too far ahead (BR-34)."""
    start = rules.start(requested, today=today)
    if start is None:
        return None
    if start < today:
        raise invalid(valid_from="IN_THE_PAST")
    if start > today + timedelta(days=rules.MAX_AHEAD_DAYS):
        raise invalid(valid_from="TOO_FAR")
    return start


def refuse_after_departure(first: date, *, last_day: date | None) -> None:
    """Refuse a right that would begin once its holder has left the firm (BR-34)."""
    if last_day is not None and first > last_day:
        raise invalid(valid_from="AFTER_DEPARTURE")


def period(
    service: Service, *, rights: Iterable[str], start: date | None, end: date | None, today: date
) -> tuple[date, date]:
    """Return the first and last day of these rights; refuse those that they do not allow."""
    found = rules.period(
        today=today, valid_from=start, valid_until=end, max_days=rules.max_period_days(service, rights=rights)
    )
    if isinstance(found, dict):
        raise invalid(**found)
    return found
