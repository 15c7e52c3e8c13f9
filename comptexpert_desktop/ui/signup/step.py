"""What every screen of the wizard has: a title, a sentence, fields, and problems shown beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.presentation import messages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper
    from comptexpert_desktop.ui.widgets.form import Field


class Step(QWidget):
    """One screen; it reads and writes the draft of the keeper."""

    def __init__(self, keeper: DraftKeeper, *, title: str, intro: str) -> None:
        super().__init__()
        self.keeper = keeper
        self.fields: dict[str, Field] = {}
        """The row of each field of the draft that may need a correction."""
        self.heading = PlainLabel(title, role="title")
        self.intro = PlainLabel(intro, role="muted")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(20)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.intro)

    def show_draft(self, draft: SignupDraft) -> None:
        """Show what the draft holds; each screen adds what it shows."""

    def first_input(self) -> QWidget | None:
        """Return where the keyboard starts."""
        return next((field.input for field in self.fields.values() if not field.isHidden()), None)

    def show_problems(self, problems: Sequence[Problem]) -> list[str]:
        """Show each problem beside its field and go to the first; return the sentences that have no field."""
        for field in self.fields.values():
            field.clear_error()
        loose: list[str] = []
        shown: list[Field] = []
        for problem in problems:
            row = self.fields.get(self.field_of(problem))
            if row is None or row.isHidden():
                loose.append(messages.for_field(problem.code))
            else:
                row.set_error(self.sentence(problem))
                shown.append(row)
        if shown:
            shown[0].focus_input()
        return loose

    def field_of(self, problem: Problem) -> str:
        """Name the row that shows a problem."""
        return problem.field

    def sentence(self, problem: Problem) -> str:
        """Word a problem for its row."""
        return messages.for_field(problem.code)
