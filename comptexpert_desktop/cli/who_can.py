"""`who-can`: who may do what, today from what was last told, on a past day from the verified register."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.cli.command_run import Exit, now
from comptexpert_desktop.domain.timestamps import optional_date, to_text
from comptexpert_desktop.domain.who_can import HoldingFilter
from comptexpert_desktop.errors import InvalidInput, Problem
from comptexpert_desktop.usecases.documents import register, who_can
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.usecases.documents.who_can import Answer


def run(command: Run) -> Exit:
    """Answer, and say where the answer comes from."""
    options, moment = command.options, now()
    day = who_can.check_day(read_day(options.on), now=moment)
    criteria = HoldingFilter(service=options.service, right=options.right)
    if day == who_can.check_day(None, now=moment):
        answer = command.in_store(partial(who_can.now, firm_id=options.firm, criteria=criteria, today=day))
    else:
        answer = past(command, firm_id=options.firm, criteria=criteria, day=day)
    command.show(document(answer), lines=[line(one) for one in answer.holdings])
    return Exit.DONE


def past(command: Run, *, firm_id: str, criteria: HoldingFilter, day: date) -> Answer:
    """Answer for a past day, and remember how far the registers go."""
    known = command.in_store(partial(who_can.known, firm_id=firm_id))
    if not known.firms:
        raise InvalidInput([Problem("firm", "DEL_NOT_GRANTOR")])
    command.in_store(partial(session.restore, session=command.gateways.session))
    answer = who_can.replayed(command.gateways, known=known, criteria=criteria, day=day)
    for verdict in answer.verdicts:
        command.in_store(partial(register.save_head, verdict=verdict))
    return answer


def read_day(text: str) -> date | None:
    """Read a day of an option; None when it is not given. Raises InvalidInput."""
    try:
        return optional_date(text)
    except ValueError:
        raise InvalidInput([Problem("on", "INVALID_INPUT")]) from None


def document(answer: Answer) -> dict[str, object]:
    """Describe an answer."""
    return {
        "on": answer.day.isoformat(),
        "source": "register" if answer.verdicts else "projection",
        "as_of": None if answer.as_of is None else to_text(answer.as_of),
        "registers": [
            {"firm": one.firm, "lines": one.lines, "head": one.head.digest, "signature": one.signature}
            for one in answer.verdicts
        ],
        "holdings": [holding(one) for one in answer.holdings],
    }


def holding(one: Holding) -> dict[str, object]:
    """Describe one right of one person."""
    return {
        "firm": one.firm_id,
        "person": one.person,
        "person_id": one.person_id or None,
        "service": one.service,
        "right": one.right,
        "effective": one.is_effective,
        "missing": list(one.missing),
        "grantor": one.grantor,
        "from": one.valid_from.isoformat() if one.valid_from else None,
        "until": one.valid_until.isoformat() if one.valid_until else None,
        "delegation": one.delegation_id,
    }


def line(one: Holding) -> str:
    """Write one right of one person on a line."""
    state = "effective" if one.is_effective else " ".join(one.missing)
    until = one.valid_until.isoformat() if one.valid_until else "-"
    return f"{one.person}  {one.service}/{one.right}  {state}  until {until}  by {one.grantor}"
