"""The personal certificate has an end, and its end is an event: told before, told on the day (domain.md, BR-33)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.services import record
from comptexpert_server.base.set_aside import each
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import mails, standing, transitions
from comptexpert_server.delegations.eligibility import touch
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.rules import WARNINGS
from comptexpert_server.delegations.selectors import complete

if TYPE_CHECKING:
    from datetime import date, datetime

MAX_YEARS = 3
ENDED = 0
"""What `certificate_warned` holds once the end itself was told."""
WARN, END = "certificate_warn", "certificate_end"


def last_day(today: date) -> date:
    """Return the last day until which a certificate may be attested today."""
    year = today.year + MAX_YEARS
    try:
        return today.replace(year=year)
    except ValueError:  # the 29th of February
        return today.replace(year=year, day=28)


def run_due(now: datetime, today: date) -> int:
    """Tell the certificates that end in 30, 14 and 1 days and those that ended; return how many ended."""
    held = Account.objects.filter(is_active=True, certificate_until__lte=today + timedelta(days=max(WARNINGS)))
    untold = held.exclude(certificate_warned=ENDED)
    return each("delegations.certificates", untold, step=partial(_tell, today=today, now=now), now=now)


def due(*, today: date, until: date, warned: int | None) -> int | None:
    """Return what is to be told: the days left of a warning, `ENDED`, or None when it was told already."""
    left = (until - today).days
    found = ENDED if left < 0 else next((days for days in WARNINGS if left <= days), None)
    return None if found is None or (warned is not None and warned <= found) else found


def concerned(account: Account) -> list[Delegation]:
    """List the rights of a person that work with a certificate alone."""
    held = complete(Delegation.objects.filter(grantee=account, status__in=(Status.ACTIVE, Status.SCHEDULED)))
    return [one for one in held if _needs_certificate(one)]


def _tell(account: Account, *, today: date, now: datetime) -> bool:
    assert account.certificate_until is not None
    found = due(today=today, until=account.certificate_until, warned=account.certificate_warned)
    if found is None:
        return False
    transitions.lock_writer()  # the first lock of every writer: that of the account and of the registers come after it
    mine = Account.objects.filter(pk=account.pk, certificate_warned=account.certificate_warned)
    if not mine.update(certificate_warned=found):
        return False
    rights = concerned(account)
    for delegation in rights:
        mails.tell(delegation, action=END if found == ENDED else WARN)
        if found == ENDED:
            record(
                firm_id=delegation.firm_id,
                at=now,
                actor=None,
                action=f"delegation.{END}",
                object_id=str(delegation.pk),
                object_version=delegation.version,
                data=standing.facts(delegation, at=now),
            )
    if found == ENDED and rights:  # every client reads on that day that the right no longer works
        touch(Delegation.objects.filter(pk__in=[one.pk for one in rights]))
    return found == ENDED


def _needs_certificate(delegation: Delegation) -> bool:
    service = catalogue().service(delegation.service)
    found = () if service is None else (service.right(right) for right in delegation.rights)
    return any(right is not None and right.requires_certificate for right in found)
