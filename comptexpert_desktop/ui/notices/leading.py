"""Where a notice leads: to the case, to the review, to the page of the firm, to the sign-ups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.notice import Kind
from comptexpert_desktop.ui.main_window import DELEGATIONS, SIGNUPS
from comptexpert_desktop.ui.notices.screen import NoticesScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.notice import Notice
    from comptexpert_desktop.ui.main_window import MainWindow

_REVIEWS = frozenset({Kind.REVIEW_OPENED, Kind.REVIEW_GRACE})
_SIGNUPS = frozenset({Kind.SIGNUP_ACTIVATED, Kind.FILE_ANSWERED})


def screen_for(window: MainWindow, *, clock: Callable[[], datetime]) -> NoticesScreen:
    """Build the screen of the notices, each of which leads somewhere in this window."""
    screen = NoticesScreen(window.tasks, window.changes, clock=clock)
    screen.open_wanted.connect(partial(lead, window))
    return screen


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
