"""What somebody who grants may change in a cabinet, as far as this machine can know (BR-12, BR-24)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.domain.firm import ABSENCE_WAIT_HOURS, AbsenceStatus
from comptexpert_desktop.domain.signup_rules import is_reason
from comptexpert_desktop.errors import Problem

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.firm import Absence, Expert, FirmPage, Template, TemplateGrant

MAX_ABSENCE_DAYS = 92
"""Somebody who is away longer transfers their delegations."""
MAX_AHEAD_DAYS = 90
"""How many days ahead an absence may be planned (BR-34)."""
_OPEN = frozenset({AbsenceStatus.WAITING, AbsenceStatus.ACTIVE})
_A_COMMON_YEAR = 2027


def myself(page: FirmPage, *, account_id: str) -> Expert | None:
    """Find the line of the cabinet that is the account's own."""
    return next((one for one in page.experts if one.account_id == account_id), None)


def is_open(absence: Absence) -> bool:
    """Tell whether a cover waits or runs."""
    return absence.status in _OPEN


def is_running(absence: Absence) -> bool:
    """Tell whether the cover decides now."""
    return absence.status is AbsenceStatus.ACTIVE


def open_absence_of(page: FirmPage, *, entry_id: str) -> Absence | None:
    """Find the cover of somebody's absence that waits or runs; there is one at most."""
    return next((one for one in page.absences if is_open(one) and one.absent.entry_id == entry_id), None)


def may_object(absence: Absence, *, entry_id: str) -> bool:
    """Tell whether this person of the cabinet may object: before it begins, all but those whose wish it is."""
    if absence.is_named and absence.absent.entry_id == entry_id:
        return False
    return absence.status is AbsenceStatus.WAITING and bool(entry_id) and absence.cover.entry_id != entry_id


def may_end(absence: Absence, *, entry_id: str) -> bool:
    """Tell whether this person may end it: before it begins, the cover and who named them; then everybody."""
    if absence.status is AbsenceStatus.WAITING:
        return entry_id in {absence.cover.entry_id, absence.absent.entry_id if absence.is_named else ""} - {""}
    return absence.status is AbsenceStatus.ACTIVE and bool(entry_id)


def covers_possible(page: FirmPage, *, account_id: str) -> tuple[Expert, ...]:
    """List those who can be named: colleagues with an account."""
    return tuple(one for one in page.experts if one.account_id and one.account_id != account_id)


def absents_possible(page: FirmPage, *, account_id: str) -> tuple[Expert, ...]:
    """List those for whom one may ask to decide: colleagues whose absence nobody covers yet."""
    return tuple(
        one
        for one in page.experts
        if one.account_id != account_id and open_absence_of(page, entry_id=one.entry_id) is None
    )


def first_day(*, today: date, asks: bool) -> date:
    """Tell from which day a cover decides: today when the absent one names it, after the wait when it asks."""
    return today + timedelta(hours=ABSENCE_WAIT_HOURS) if asks else today


def absence_problems(
    *, other: str, starts_on: date | None, ends_on: date | None, reason: str, earliest: date
) -> tuple[Problem, ...]:
    """List what keeps an absence from being sent; `earliest` is the first day on which it may begin."""
    found: list[Problem] = []
    if not other:
        found.append(Problem("other", "FIELD_REQUIRED"))
    if starts_on is None or not earliest <= starts_on <= earliest + timedelta(days=MAX_AHEAD_DAYS):
        found.append(Problem("starts_on", "DATE_INVALID"))
        starts_on = earliest
    if ends_on is None or not starts_on <= ends_on <= starts_on + timedelta(days=MAX_ABSENCE_DAYS):
        found.append(Problem("ends_on", "DATE_INVALID"))
    if not is_reason(reason):
        found.append(Problem("reason", "REASON_TOO_SHORT"))
    return tuple(found)


def template_problems(template: Template, *, catalogue: Catalogue) -> tuple[Problem, ...]:
    """List what keeps a template from being kept."""
    if not template.name.strip():
        return (Problem("name", "FIELD_REQUIRED"),)
    if not template.grants:
        return (Problem("grants", "NOTHING_CHOSEN"),)
    if not 1 <= template.days <= max_days(template.grants, catalogue=catalogue):
        return (Problem("days", "DATE_INVALID"),)
    return ()


def max_days(grants: tuple[TemplateGrant, ...], *, catalogue: Catalogue) -> int:
    """Tell for how many days these rights may be granted together (BR-10)."""
    services = {service.id: {right.id: right.max_days for right in service.rights} for service in catalogue.services}
    allowed = (services.get(one.service, {}).get(right) for one in grants for right in one.rights)
    return periods.max_days_together(allowed, otherwise=0)


def review_day(*, day: int, month: int) -> str:
    """Write « MM-DD »; empty when no year, or not every year, has this day."""
    try:
        found = date(_A_COMMON_YEAR, month, day)
    except ValueError:
        return ""
    return f"{found.month:02}-{found.day:02}"
