"""`departure`: somebody leaves a cabinet, now or after a last day; or stays after all (BR-23, BR-34)."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import decisions, queued
from comptexpert_desktop.cli.command_run import Exit, now
from comptexpert_desktop.domain.commands import CancelDeparture, EndMembership, kind_of
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.firm import FirmPage, Member


def run(command: Run) -> Exit:
    """Queue the departure, or its end; prints the outbox id."""
    last_day = decisions.read_day(command.options, "on")
    known = command.in_store(partial(firm.cabinets, firm_id=command.options.firm))
    if known.me is None:
        raise NotAllowed(SIGN_IN_FIRST)
    account_id = known.me.account.account_id
    page = _page(command, ids=[one.id for one in known.firms], account_id=account_id)
    member = _member(page, person=command.options.person)
    if command.options.cancel:
        change: CancelDeparture | EndMembership = CancelDeparture(page.id, member.account_id)
    else:
        change = EndMembership(page.id, member.account_id, last_day)
    new_id = str(uuid.uuid4())
    work = partial(
        firm.queue,
        change=change,
        subject=f"{page.name} · {member.display_name}",
        account_id=account_id,
        now=now(),
        new_id=new_id,
    )
    return queued.queue(command, work, outbox_id=new_id, kind=kind_of(change))


def _page(command: Run, *, ids: list[str], account_id: str) -> FirmPage:
    """Read the cabinet that the options name, as the server shows it now."""
    asked = command.options.firm
    if (asked not in ids) if asked else len(ids) != 1:
        raise InvalidInput([Problem("firm", "DEL_NOT_GRANTOR" if asked or not ids else "FIELD_REQUIRED")])
    command.in_store(partial(session.restore, session=command.gateways.session))
    page = firm.fetch(command.gateways, firm_id=asked or ids[0], account_id=account_id)
    command.in_store(partial(firm.keep, page=page, account_id=account_id, now=now()))
    return page


def _member(page: FirmPage, *, person: str) -> Member:
    for one in page.members:
        if person in {one.account_id, one.login_id}:
            return one
    raise InvalidInput([Problem("person", "DEL_WRONG_FIRM")])
