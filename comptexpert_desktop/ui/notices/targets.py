"""Where a notice leads: to the case, to the review, to the page of the firm, to the sign-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.notice import Kind
from comptexpert_desktop.ui.destinations import FIRM, SIGNUPS, Destination, ShowDelegation, ShowReview

if TYPE_CHECKING:
    from comptexpert_desktop.domain.notice import Notice

_REVIEWS = frozenset({Kind.REVIEW_OPENED, Kind.REVIEW_GRACE})
_SIGNUPS = frozenset({Kind.SIGNUP_ACTIVATED, Kind.FILE_ANSWERED})


def destination_of(notice: Notice) -> Destination:
    """Return where what a notice is about can be seen."""
    if notice.kind in _REVIEWS:
        return ShowReview(firm_id=notice.about.firm_id)
    if notice.kind in _SIGNUPS:
        return Destination(SIGNUPS)
    if notice.kind is Kind.ABSENCE_ASKED:
        return Destination(FIRM)
    return ShowDelegation(delegation_id=notice.delegation_id)
