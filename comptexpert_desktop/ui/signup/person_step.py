"""Who the person is, for those whom no registry knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.typed_values import MAX_LINE, MAX_NAME
from comptexpert_desktop.presentation.profile_words import KINDS
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper

_MAX_LENGTHS = {
    "given_name": MAX_NAME,
    "surname": MAX_NAME,
    "agc_name": MAX_LINE,
    "agc_siren": MAX_LINE,
}
_REQUIRED = {
    "kind": "Choisissez votre situation.",
    "given_name": "Saisissez votre prénom.",
    "surname": "Saisissez votre nom.",
    "agc_name": "Saisissez le nom de l’AGC.",
}


class PersonStep(Step):
    """Situation and names; for the head of an AGC, the AGC instead of the situation."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(keeper, title="Présentez-vous", intro="Ces informations figureront sur votre Comptexpert.")
        self.kind = Choice()
        self.kind.addItem("Choisissez…", None)
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind)
        self.edits = {
            name: QLineEdit(maxLength=MAX_NAME) for name in ("given_name", "surname", "agc_name", "agc_siren")
        }
        self.fields["kind"] = Field("&Situation", self.kind, name="kindBox")
        self.fields["given_name"] = Field("&Prénom", self.edits["given_name"], name="givenNameEdit")
        self.fields["surname"] = Field("&Nom de famille", self.edits["surname"], name="surnameEdit")
        self.fields["agc_name"] = Field("Nom de l'&AGC", self.edits["agc_name"], name="agcNameEdit")
        self.fields["agc_siren"] = Field(
            "SI&REN de l’AGC", self.edits["agc_siren"], hint="9 chiffres", name="sirenEdit"
        )
        for field in self.fields.values():
            self.body.addWidget(field)
        self.kind.activated.connect(self._chose_kind)
        for name, edit in self.edits.items():
            edit.textEdited.connect(lambda text, name=name: self._typed(name, text))

    def show_draft(self, draft: SignupDraft) -> None:
        """Show the situation and the names of the draft."""
        is_head = draft.profile is Profile.AGC_HEAD
        self.fields["kind"].setVisible(not is_head)
        self.fields["agc_name"].setVisible(is_head)
        self.fields["agc_siren"].setVisible(is_head)
        self.kind.setCurrentIndex(max(self.kind.findData(draft.kind), 0))
        for name, edit in self.edits.items():
            text = str(getattr(draft, name))
            if edit.text().strip() != text:
                edit.setText(text)

    def first_input(self) -> QWidget | None:
        """Start with the situation when it is asked."""
        return self.edits["given_name"] if self.fields["kind"].isHidden() else self.kind

    def sentence(self, problem: Problem) -> str:
        """Say which of the fields is empty."""
        if problem.code == "FIELD_REQUIRED":
            return _REQUIRED.get(problem.field, super().sentence(problem))
        return super().sentence(problem)

    def _typed(self, name: str, text: str) -> None:
        self.fields[name].clear_error()
        self.keeper.change(**{name: text.strip()})

    def _chose_kind(self) -> None:
        self.fields["kind"].clear_error()
        kind = OtherKind(self.kind.currentData())  # Qt gives a plain str back
        if kind is OtherKind.FIRM_STAFF:
            self.keeper.change(kind=kind)
        else:
            self.keeper.change(kind=kind, first_requests=(), grantor=None, firm_hint="")
