"""Ask until when the same rights go on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import denial_reasons, end_dates
from comptexpert_desktop.ui.delegations.end_date_box import EndDateBox
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.presentation.delegations.delegation_detail import Case


class RenewDialog(Question):
    """The new rights begin the day after the old ones end; nothing is cut in between."""

    def __init__(self, parent: QWidget, *, case: Case, today: date) -> None:
        delegation = case.row.delegation
        start = (delegation.valid_until or today) + timedelta(days=1)
        service = case.labels.service(delegation.service)
        rights = case.labels.rights(delegation.service, delegation.rights)
        super().__init__(
            parent,
            title=f"Prolonger la délégation de {delegation.grantee.display_name}{wording.NBSP}?",
            text=denial_reasons.with_absence(
                f"{service}{wording.NBSP}: {rights}. Les mêmes droits repartent le {wording.day(start)}, "
                "sans coupure. La délégation actuelle ne change pas.",
                name=case.absent,
            ),
            action="Prolonger",
            tone="primary",
        )
        self.setObjectName("renewDialog")
        self._end = EndDateBox(label="Nouvelle date de fin")
        days = end_dates.max_days(case.labels, service=delegation.service, rights=delegation.rights)
        self._end.offer_dates(start=start, max_days=days)
        self._end.currentIndexChanged.connect(self.changed)
        self.body.addWidget(Field("&Nouvelle date de fin", self._end, hint="Une délégation a toujours une fin."))
        self.confirm_button.setDefault(True)
        self.confirm_button.setFocus()

    def chosen(self) -> date | None:
        """Return the chosen end date."""
        return self._end.chosen()


def ask_renewal(parent: QWidget, *, case: Case, today: date, done: Callable[[date | None], None]) -> RenewDialog:
    """Ask for the new end date; `done` is called only when the person confirms."""
    dialog = RenewDialog(parent, case=case, today=today)
    dialog.accepted.connect(lambda: done(dialog.chosen()))
    dialog.open()
    return dialog
