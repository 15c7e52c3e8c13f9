"""How many wrong passwords are taken: for an identifiant from one address, for an identifiant, and for an address.

A right password is never counted. One person who types wrong ones is stopped at their own identifiant before the
address of their cabinet is counted, so that colleagues behind it sign in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.web.limits import Limit, TooManyTriesError, clear, consume, give_back

if TYPE_CHECKING:
    from datetime import datetime

PER_PAIR = Limit(name="sign-in", count=5, window=timedelta(minutes=5))
"""Of one identifiant from one address."""
PER_ACCOUNT = Limit(name="sign-in-account", count=100, window=timedelta(days=1))
"""Of one identifiant from everywhere; a new password by mail ends the wait."""
PER_ADDRESS = Limit(name="sign-in-address", count=500, window=timedelta(hours=1), by_address=True)
"""Of everybody behind one address: a wrong password each for 500 people."""


def count_try(login_id: str, *, address: str, now: datetime) -> None:
    """Count a try before the password is checked, so that parallel ones cannot slip by; raise when too many failed.

    The three are counted together or not at all.
    """
    with transaction.atomic():
        for limit, subject in _subjects(login_id, address=address):
            wait = consume(limit, subject=subject, now=now)
            if wait:
                raise TooManyTriesError(wait)


def take_back(login_id: str, *, address: str, now: datetime) -> None:
    """Take the try counted at `now` back: the password was right."""
    give_back(*_subjects(login_id, address=address), now=now)


def clear_tries(login_id: str, *, address: str) -> None:
    """Forget the failures of an identifiant: its owner has chosen a new password."""
    for limit, subject in _subjects(login_id, address=address)[:2]:
        clear(limit, subject=subject)


def _subjects(login_id: str, *, address: str) -> list[tuple[Limit, str]]:
    name = login_id.strip().lower()[:64]
    return [(PER_PAIR, f"{name}|{address}"), (PER_ACCOUNT, name), (PER_ADDRESS, address)]
