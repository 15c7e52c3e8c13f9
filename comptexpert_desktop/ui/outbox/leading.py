"""Where a refusal is mended: the act that the code of a refusal has, for the kind of what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.presentation.errors.remedies import Act, remedy_of
from comptexpert_desktop.ui.destinations import (
    ABSENCES_PART,
    ACCOUNT,
    PEOPLE_PART,
    RULES_PART,
    SIGNUPS,
    Destination,
    NewRequest,
    ShowDelegation,
    ShowFirm,
    ShowList,
    ShowReview,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.outbox import OutboxEntry

_OF_A_FORM = {
    Kind.SIGNUP: Destination(SIGNUPS),
    Kind.ESCALATION: Destination(SIGNUPS),
    Kind.RESEND: Destination(SIGNUPS),
    Kind.EMAIL: Destination(ACCOUNT),
    Kind.NAME: Destination(ACCOUNT),
    Kind.MAILS: Destination(ACCOUNT),
    Kind.LEAVE: ShowFirm(part=PEOPLE_PART),
    Kind.STAY: ShowFirm(part=PEOPLE_PART),
    Kind.UNUSED_KEEP: ShowFirm(part=PEOPLE_PART),
    Kind.FIRM: ShowFirm(part=RULES_PART),
    Kind.TERMS: ShowFirm(part=RULES_PART),
    Kind.ABSENCE: ShowFirm(part=ABSENCES_PART),
    Kind.ABSENCE_END: ShowFirm(part=ABSENCES_PART),
    Kind.REVIEW: ShowReview(),
    Kind.REVIEW_KEEP: ShowReview(),
    Kind.REVIEW_END: ShowReview(),
}
"""Where each kind of command is entered, for those that are about no delegation that exists."""
_PARTS = {"ABSENCE_DUPLICATE": ABSENCES_PART, "ABSENCE_WRONG_STATUS": ABSENCES_PART, "DEL_TERMS": RULES_PART}


def place_of(entry: OutboxEntry, *, firm_id: str = "") -> Destination:
    """Return where an entry that was refused can be mended; `firm_id` is the cabinet of its delegation, if known."""
    return _PLACES[remedy_of(entry.code).act](entry, firm_id)


def _case(entry: OutboxEntry, _firm_id: str) -> Destination:
    """Lead to the delegation; to the rights that exist, or to the form, for what made none."""
    if existing := str(entry.answer.get("existing") or ""):  # the server names what is there already
        return ShowDelegation(delegation_id=existing)
    if entry.delegation_id:
        return ShowDelegation(delegation_id=entry.delegation_id)
    if entry.code == "DEL_DUPLICATE":
        return ShowList(group="live")
    return _OF_A_FORM.get(entry.kind, NewRequest())


def _firm(entry: OutboxEntry, firm_id: str) -> Destination:
    return ShowFirm(firm_id=firm_id, part=_PARTS.get(entry.code, PEOPLE_PART))


_PLACES: dict[Act, Callable[[OutboxEntry, str], Destination]] = {
    Act.OPEN_CASE: _case,
    Act.OPEN_FIRM: _firm,
    Act.OPEN_SIGNUPS: lambda _entry, _firm_id: Destination(SIGNUPS),
    Act.OPEN_REVIEW: lambda _entry, _firm_id: ShowReview(),
    Act.ASK_AGAIN: lambda _entry, _firm_id: NewRequest(),
}
LEADS = frozenset(_PLACES)
"""The acts that lead elsewhere; the others have a button of their own where the refusal is shown."""
