"""Where a notice leads: to the case, to the review, to the page of the firm, to the sign-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.notice import Kind
from comptexpert_desktop.ui.main_window import DELEGATIONS, SIGNUPS

if TYPE_CHECKING:
    from comptexpert_desktop.domain.notice import Notice
    from comptexpert_desktop.ui.main_window import MainWindow

_REVIEWS = frozenset({Kind.REVIEW_OPENED, Kind.REVIEW_GRACE})
_SIGNUPS = frozenset({Kind.SIGNUP_ACTIVATED, Kind.FILE_ANSWERED})


def lead(window: MainWindow, notice: Notice) -> None:
    """Open what a notice is about."""
    if notice.kind in _REVIEWS:
        window.open_review(notice.about.firm_id)
    elif notice.kind in _SIGNUPS:
        window.open(SIGNUPS)
    elif notice.kind is Kind.ABSENCE_ASKED:
        window.open("firm")
    else:
        screen = window.open(DELEGATIONS)
        show_case = getattr(screen, "show_case", None)
        if show_case is not None and notice.delegation_id:
            show_case(notice.delegation_id)
