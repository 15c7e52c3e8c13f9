"""Ask the head of an AGC whether they are an expert-comptable too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper


class MandateStep(Step):
    """One question, two answers."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(
            keeper,
            title="Êtes-vous aussi expert-comptable ?",
            intro="Si vous êtes inscrit au tableau, votre identité sera reprise de votre inscription. Sinon, votre "
            "mandat sera confirmé par le Conseil régional.",
        )
        self._yes = QRadioButton("&Oui, je suis inscrit au tableau de l’Ordre")
        self._no = QRadioButton("&Non, je dirige l’AGC sans être expert-comptable")
        group = QButtonGroup(self)
        answers = QWidget()
        column = QVBoxLayout(answers)
        column.setContentsMargins(0, 0, 0, 0)
        for button in (self._yes, self._no):
            group.addButton(button)
            column.addWidget(button)
        answers.setFocusProxy(self._yes)
        self.fields["also_expert"] = Field("Votre réponse", answers)
        for button in (self._yes, self._no):
            button.setAccessibleName(button.text().replace("&", ""))
        self.body.addWidget(self.fields["also_expert"])
        self._yes.clicked.connect(lambda: self._answer(also_expert=True))
        self._no.clicked.connect(lambda: self._answer(also_expert=False))

    def show_draft(self, draft: SignupDraft) -> None:
        """Tick the answer of the draft."""
        self._yes.setChecked(draft.also_expert is True)
        self._no.setChecked(draft.also_expert is False)

    def sentence(self, problem: Problem) -> str:
        """Say what to do rather than that the field is empty."""
        return "Choisissez une réponse." if problem.code == "FIELD_REQUIRED" else super().sentence(problem)

    def _answer(self, *, also_expert: bool) -> None:
        self.fields["also_expert"].clear_error()
        self.keeper.change(also_expert=also_expert)
