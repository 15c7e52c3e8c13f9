"""Ask for the last word before a grant: which rights, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.delegations import end_dates, reasons, words
from comptexpert_desktop.ui.delegations.end_dates import EndDateBox
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from comptexpert_desktop.ui.delegations.case import Case


@dataclass(frozen=True, slots=True)
class Grant:
    """What an expert-comptable grants: some of the rights that were asked, and an end date."""

    rights: tuple[str, ...]
    valid_until: date | None


class ApproveDialog(Question):
    """Shows the rights as ticked boxes and an end date; Enter and Ctrl+Enter confirm."""

    def __init__(self, parent: QWidget, *, case: Case, today: date) -> None:
        delegation = case.row.delegation
        service = case.labels.service(delegation.service)
        super().__init__(
            parent,
            title=f"Approuver la demande de {delegation.grantee.display_name}{wording.NBSP}?",
            text=reasons.with_absence(
                f"{service} · {delegation.firm.name}. La personne en est informée par courriel.", name=case.absent
            ),
            action="Approuver",
            tone="primary",
        )
        self.setObjectName("approveDialog")
        self._case = case
        self._start = max(delegation.valid_from or today, today)
        self._boxes: dict[str, QCheckBox] = {}
        self._end = EndDateBox(label="Date de fin")
        if said := reasons.second_approval(case):
            self.body.addWidget(PlainLabel(said))
        self._build_rights()
        self.body.addWidget(Field("&Date de fin", self._end, hint="Une délégation a toujours une fin."))
        self._refresh()
        self.confirm_button.setDefault(True)
        self.confirm_button.setFocus()

    def grant(self) -> Grant:
        """Return what is ticked and chosen."""
        rights = tuple(right for right, box in self._boxes.items() if box.isChecked())
        return Grant(rights=rights, valid_until=self._end.chosen())

    def _build_rights(self) -> None:
        delegation = self._case.row.delegation
        self.body.addWidget(PlainLabel("Ce que cette personne pourra faire", role="strong"))
        for right_id in delegation.rights:
            right = self._case.labels.find(delegation.service, right_id)
            risk = words.risk_word(right.risk if right else "high").lower()
            name = self._case.labels.right(delegation.service, right_id)
            box = QCheckBox(f"{name} ({risk})".replace("&", "&&"))
            box.setObjectName(f"right-{right_id}")
            box.setChecked(True)
            box.toggled.connect(self._refresh)
            self._boxes[right_id] = box
            self.body.addWidget(box)

    def _refresh(self) -> None:
        delegation, chosen = self._case.row.delegation, self.grant().rights
        days = end_dates.longest(self._case.labels, service=delegation.service, rights=chosen)
        self._end.offer(start=self._start, max_days=days, asked=delegation.valid_until)
        self.confirm_button.setEnabled(bool(chosen))


def ask_grant(parent: QWidget, *, case: Case, today: date, done: Callable[[Grant], None]) -> ApproveDialog:
    """Ask what to grant; `done` is called only when the person confirms."""
    dialog = ApproveDialog(parent, case=case, today=today)
    dialog.accepted.connect(lambda: done(dialog.grant()))
    dialog.open()
    return dialog
