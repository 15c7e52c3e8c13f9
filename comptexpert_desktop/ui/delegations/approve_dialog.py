"""Ask for the last word before a grant: which rights, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import denial_reasons, end_dates, identity_words, words
from comptexpert_desktop.ui.delegations.end_date_box import EndDateBox
from comptexpert_desktop.ui.delegations.start_day import StartDay
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.presentation.delegations.delegation_detail import Case


_CERTIFICATE = (
    "Un de ces droits demande aussi le certificat personnel de la personne. Sans ce certificat, il ne sert pas encore."
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What an expert-comptable grants: some of the rights that were asked, a first and a last day."""

    rights: tuple[str, ...]
    valid_until: date | None
    valid_from: date | None = None
    """None is the day that was asked for, or at once."""


class ApproveDialog(Question):
    """Shows the rights as ticked boxes and an end date; Enter and Ctrl+Enter confirm."""

    def __init__(self, parent: QWidget, *, case: Case, today: date) -> None:
        delegation = case.row.delegation
        service = case.labels.service(delegation.service)
        super().__init__(
            parent,
            title=f"Approuver la demande de {delegation.grantee.display_name}{wording.NBSP}?",
            text=denial_reasons.with_absence(
                f"{service} · {delegation.firm.name}. La personne en est informée par courriel.", name=case.absent
            ),
            action="Approuver",
            tone="primary",
        )
        self.setObjectName("approveDialog")
        self._case = case
        self._today = today
        self._first = StartDay(today, chosen=delegation.valid_from)
        self._boxes: dict[str, Check] = {}
        self.check = Check()
        self._end = EndDateBox(label="Date de fin")
        if delegation.reason:
            self.body.addWidget(PlainLabel(f"Motif{wording.NBSP}: {wording.quoted(delegation.reason)}"))
        for said in self._missing():
            self.body.addWidget(PlainLabel(said))
        if said := denial_reasons.second_approval(case):
            self.body.addWidget(PlainLabel(said))
        self._build_rights()
        self._build_check()
        self.body.addWidget(self._first)
        self.body.addWidget(Field("&Date de fin", self._end, hint="Une délégation a toujours une fin."))
        self._refresh()
        self._first.changed.connect(self._refresh)
        self._end.currentIndexChanged.connect(self.changed)
        self.confirm_button.setDefault(True)
        (self.confirm_button if self.check.isHidden() else self.check).setFocus()

    def grant(self) -> Grant:
        """Return what is ticked and chosen."""
        rights = tuple(right for right, box in self._boxes.items() if box.isChecked())
        return Grant(rights=rights, valid_until=self._end.chosen(), valid_from=self._first.day())

    def _missing(self) -> list[str]:
        """Say what will still be missing once it is granted."""
        delegation = self._case.row.delegation
        found = [self._case.labels.find(delegation.service, right) for right in delegation.rights]
        needs_certificate = any(right is not None and right.requires_certificate for right in found)
        said = [words.missing(code) for code in delegation.missing]
        return [*said, _CERTIFICATE] if needs_certificate and "DEL_CERT_REQUIRED" not in delegation.missing else said

    def _build_rights(self) -> None:
        delegation = self._case.row.delegation
        self.body.addWidget(PlainLabel("Ce que cette personne pourra faire", role="strong"))
        for right_id in delegation.rights:
            right = self._case.labels.find(delegation.service, right_id)
            risk = words.risk_word(right.risk if right else "high").lower()
            name = self._case.labels.right(delegation.service, right_id)
            box = Check(f"{name} ({risk})".replace("&", "&&"))
            box.setObjectName(f"right-{right_id}")
            box.setChecked(True)
            box.toggled.connect(self._refresh)
            self._boxes[right_id] = box
            self.body.addWidget(box)

    def _build_check(self) -> None:
        """Ask to compare the words with the person before a first right of high risk (BR-38)."""
        delegation = self._case.row.delegation
        if self._case.identity is not None:
            for warning in identity_words.warnings(self._case.identity):
                banner = Banner(name="alikeBanner")
                self.body.addWidget(banner)
                banner.show_message(warning, tone="warning")
        self._word = PlainLabel(identity_words.word_sentence(delegation, role=Role.GRANTOR), selectable=True)
        self._word.setObjectName("checkWords")
        self.check.setText(identity_words.check_label(delegation))
        self.check.setObjectName("wordsCompared")
        self.check.toggled.connect(self._refresh)
        self.body.addWidget(self._word)
        self.body.addWidget(self.check)

    def _refresh(self) -> None:
        delegation, chosen = self._case.row.delegation, self.grant().rights
        days = end_dates.max_days(self._case.labels, service=delegation.service, rights=chosen)
        start = self._first.day() or self._today
        self._end.offer_dates(start=start, max_days=days, asked=delegation.valid_until)
        needs_check = identity_words.needs_check(self._case, rights=chosen)
        self._word.setVisible(needs_check)
        self.check.setVisible(needs_check)
        is_checked = not needs_check or self.check.isChecked()
        self.confirm_button.setEnabled(bool(chosen) and not self._first.is_wrong() and is_checked)
        self.changed.emit()


def ask_grant(parent: QWidget, *, case: Case, today: date, done: Callable[[Grant], None]) -> ApproveDialog:
    """Ask what to grant; `done` is called only when the person confirms."""
    dialog = ApproveDialog(parent, case=case, today=today)
    dialog.accepted.connect(lambda: done(dialog.grant()))
    dialog.open()
    return dialog
