"""The server's clock; the only place that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import date, datetime


def now() -> datetime:
    """Give the present moment, in UTC."""
    return timezone.now()


def today() -> date:
    """Give the day it is in France: end dates are days there."""
    return timezone.localdate()
