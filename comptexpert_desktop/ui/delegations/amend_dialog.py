"""Ask what a change of a right, or of a request, needs: rights, days, an address, a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import amend_forms, denial_reasons, end_dates, words
from comptexpert_desktop.ui.delegations.end_date_box import EndDateBox
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.presentation.delegations.amend_forms import DayRange
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case

AT_ONCE = "Vide{nbsp}: dès l’accord. Au plus tard le {latest}."
MAX_NOTE = 500


class AmendDialog(Question):
    """The parts that a form asks for, in one column; the decision that they make."""

    def __init__(self, parent: QWidget, *, action: Action, case: Case, today: date) -> None:
        form = amend_forms.form_of(action, case, today=today)
        super().__init__(
            parent,
            title=form.title,
            text=denial_reasons.with_absence(form.text, name=case.absent),
            action=form.confirm,
            tone="danger" if form.is_danger else "primary",
        )
        self.setObjectName("amendDialog")
        self._action, self._case, self._form = action, case, form
        self._boxes: dict[str, Check] = {}
        self._start, self._end_day, self._email = Day(calendar=True), Day(calendar=True), QLineEdit()
        self._end, self._note = EndDateBox(), QPlainTextEdit()
        self._build_rights()
        self._build_days()
        self._build_texts()
        self.changed.connect(self._refresh)
        self._refresh()
        (self.cancel_button if form.is_danger else self.confirm_button).setFocus()

    def decision(self) -> Decision:
        """Return what is chosen."""
        form = self._form
        return Decision(
            self._action,
            note=self._note.toPlainText().strip(),
            rights=self._ticked() if form.rights else None,
            valid_from=self._start.day() if form.start is not None else None,
            valid_until=self._last_day(),
            email=self._email.text().strip() if form.email is not None else "",
        )

    def _last_day(self) -> date | None:
        if self._form.end is not None:
            return self._end_day.day()
        return self._end.chosen() if self._form.end_from is not None else None

    def _ticked(self) -> tuple[str, ...]:
        return tuple(right for right, box in self._boxes.items() if box.isChecked())

    def _build_rights(self) -> None:
        form, delegation = self._form, self._case.row.delegation
        if form.rights:
            self.body.addWidget(PlainLabel(form.rights_title, role="strong"))
        for right_id in form.rights:
            right = self._case.labels.find(delegation.service, right_id)
            risk = words.risk_word(right.risk if right else "high").lower()
            name = self._case.labels.right(delegation.service, right_id)
            box = Check(f"{name} ({risk})".replace("&", "&&"))
            box.setObjectName(f"right-{right_id}")
            box.setChecked(right_id in form.ticked)
            box.toggled.connect(self.changed)
            self._boxes[right_id] = box
            self.body.addWidget(box)

    def _build_days(self) -> None:
        form = self._form
        if form.start is not None:
            hint = AT_ONCE.format(nbsp=wording.NBSP, latest=wording.day(form.start.latest))
            self._add_day("&Premier jour", self._start, form.start, hint=hint, name="amendStartEdit")
        if form.end is not None:
            latest = wording.day(form.end.latest)
            hint = f"Au plus tard le {latest}, selon ces droits."
            self._add_day("&Dernier jour", self._end_day, form.end, hint=hint, name="amendEndEdit")
        elif form.end_from is not None:
            self._end.currentIndexChanged.connect(self.changed)
            self.body.addWidget(Field("&Date de fin", self._end, hint="Une délégation a toujours une fin."))

    def _add_day(self, label: str, day: Day, days: DayRange, *, hint: str, name: str) -> None:
        day.set_range(days.earliest, days.latest)
        day.set_day(days.chosen)
        day.changed.connect(self.changed)
        self.body.addWidget(Field(label, day, hint=hint, name=name))

    def _build_texts(self) -> None:
        form = self._form
        if form.email is not None:
            self._email.setText(form.email)
            self._email.textChanged.connect(self.changed)
            self.body.addWidget(Field("&Adresse électronique", self._email, name="amendEmailEdit"))
        if form.note_title:
            self._note.setPlainText(form.note)
            self._note.setTabChangesFocus(True)
            self._note.setFixedHeight(SPACE * 20)
            self._note.textChanged.connect(self.changed)
            hint = f"Au moins {form.min_note} caractères." if form.min_note else ""
            self.body.addWidget(Field(form.note_title, self._note, hint=hint, name="amendNoteEdit"))

    def _refresh(self) -> None:
        """Offer the ends that the rights allow, and let the person confirm what is whole."""
        form, delegation = self._form, self._case.row.delegation
        if form.end_from is not None:
            rights = (*form.beside, *self._ticked())
            days = end_dates.max_days(self._case.labels, service=delegation.service, rights=rights)
            self._end.blockSignals(True)  # it is offered again because something changed, and says so once
            start = self._start.day() or form.end_from if form.start is not None else form.end_from
            self._end.offer_dates(start=start, max_days=days, asked=form.end_asked)
            self._end.blockSignals(False)
        self.confirm_button.setEnabled(self._is_whole())

    def _is_whole(self) -> bool:
        form, ticked = self._form, self._ticked()
        note = self._note.toPlainText().strip()
        keeps_all = self._action is Action.NARROW and len(ticked) == len(form.rights)
        has_days = form.end is None or self._end_day.day() not in {None, form.end.chosen}
        has_start = form.start is None or not self._start.text().strip() or self._start.day() is not None
        has_email = form.email is None or ("@" in self._email.text() and self._email.text().strip() != form.email)
        has_note = not form.note_title or form.min_note <= len(note) <= MAX_NOTE
        return (bool(ticked) or not form.rights) and not keeps_all and has_days and has_start and has_email and has_note
