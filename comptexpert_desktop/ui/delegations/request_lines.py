"""What a form asks or grants: one request a service, in one cabinet or in several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import periods
from comptexpert_desktop.presentation.delegations import end_dates

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.ui.delegations.request_form import RequestForm


def requests_of(form: RequestForm, *, start: date) -> tuple[NewRequest, ...]:
    """Return what a form says; each request is as long as its rights allow."""
    asked = form.request()
    if form.templates.template() is not None:
        parts = [(one.service, one.rights) for one in form.templates.grants()]
    else:
        parts = [(asked.service, asked.rights), *form.more.chosen().items()]
    if len(parts) > 1 or form.templates.template() is not None:
        made = tuple(_one(asked, service, rights, start=start, labels=form.labels) for service, rights in parts)
    else:
        made = (asked,)
    return tuple(replace(one, firm_id=firm) for firm in form.firm_ids() for one in made)


def _one(asked: NewRequest, service: str, rights: tuple[str, ...], *, start: date, labels: Labels) -> NewRequest:
    days = end_dates.max_days(labels, service=service, rights=rights)
    latest = periods.latest_day(start, max_days=days)
    until = min(asked.valid_until or latest, latest)
    return replace(asked, service=service, rights=rights, valid_until=until)
