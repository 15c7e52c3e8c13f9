"""Find oneself on the registry: by name, or by number, and give one's date of birth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.domain import signup_rules
from comptexpert_desktop.presentation import days, messages
from comptexpert_desktop.presentation.signup.steps import search_profile
from comptexpert_desktop.ui.registry.name_search import NameSearch, entry_title
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.typeahead_edit import TypeaheadEdit
from comptexpert_desktop.usecases import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.registry import RegistryEntry
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import ComptexpertError, Problem
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper

NUMBER_HINT = "Il figure sur votre attestation d’inscription."
NUMBER_UNUSUAL = "Ce numéro n’a pas la forme habituelle de 12\u00a0chiffres. Il sera vérifié par le serveur."


class IdentityStep(Step):
    """Name, number when the name is not found, date of birth."""

    def __init__(self, keeper: DraftKeeper, tasks: Tasks, *, clock: Callable[[], datetime]) -> None:
        super().__init__(
            keeper,
            title="Qui êtes-vous ?",
            intro="Choisissez votre nom dans la liste : un nom seulement saisi ne suffit pas.",
        )
        self._tasks = tasks
        self.name = TypeaheadEdit(
            edit_name="nameEdit", list_name="nameSuggestions", placeholder="Par exemple : Martin Claire"
        )
        self.search = NameSearch(self.name, tasks, channel="signup-name", clock=clock)
        self.number = QLineEdit(maxLength=40)
        self.born = Day()
        self.not_found = quiet("Vous ne trouvez pas ?", name="notFoundButton", icon="question")
        self.fields["entry"] = Field("&Nom", self.name, hint="Les premières lettres suffisent.")
        self.fields["registration_number"] = Field(
            "N&uméro d’inscription à l’Ordre", self.number, hint=NUMBER_HINT, name="registrationNumberEdit"
        )
        self.fields["date_of_birth"] = Field(
            "&Date de naissance",
            self.born,
            hint="Elle est comparée au tableau par le serveur, à l’envoi.",
            name="birthDateEdit",
        )
        for part in ("entry", "registration_number", "date_of_birth"):
            self.body.addWidget(self.fields[part])
            if part == "entry":
                self.body.addWidget(self.not_found, 0, Qt.AlignmentFlag.AlignLeft)
        self.fields["registration_number"].hide()
        self._connect()

    def show_draft(self, draft: SignupDraft) -> None:
        """Show the person, the number and the date of the draft."""
        self.search.use_profile(search_profile(draft))
        self.search.show(draft.entry, text=draft.surname)
        self.number.setText(draft.registration_number)
        self._reveal_number(shown=bool(draft.registration_number))
        if self.born.typed() is None or self.born.typed() != draft.date_of_birth:
            self.born.setText(days.written(draft.date_of_birth) or draft.typed_birth)

    def field_of(self, problem: Problem) -> str:
        """Show « not selected » on the number when the number is the way that was taken."""
        if problem.code == "REG_NUMBER_UNKNOWN":
            return "registration_number"
        return "entry" if problem.field == "entry_id" else problem.field

    def sentence(self, problem: Problem) -> str:
        """Say what is wrong with the date that was typed."""
        if problem.field != "date_of_birth":
            return super().sentence(problem)
        if not self.born.text().strip():
            return "Saisissez votre date de naissance."
        if problem.code == "REG_DOB_MISMATCH":
            return super().sentence(problem)
        return "Cette date n’existe pas ou ne convient pas. Par exemple : 31/12/1980."

    def _connect(self) -> None:
        self.search.chosen.connect(self._choose)
        self.search.cleared.connect(lambda: self.keeper.change(entry=None))
        self.search.not_found.connect(lambda: self._reveal_number(shown=True))
        self.name.edit.textEdited.connect(self._typed_name)
        self.not_found.clicked.connect(self._ask_number)
        self.number.textEdited.connect(self._typed_number)
        self.number.editingFinished.connect(self._look_up)
        self.born.changed.connect(self._typed_date)

    def _typed_name(self, text: str) -> None:
        self.fields["entry"].clear_error()
        self.keeper.change(surname=text.strip())

    def _choose(self, entry: RegistryEntry) -> None:
        self.fields["entry"].clear_error()
        self.number.clear()
        self._reveal_number(shown=False)
        self.keeper.change(entry=entry, registration_number="", surname="")
        self.born.setFocus()

    def _ask_number(self) -> None:
        self._reveal_number(shown=True)
        self.number.setFocus()

    def _reveal_number(self, *, shown: bool) -> None:
        self.fields["registration_number"].setVisible(shown)
        self.not_found.setVisible(not shown)

    def _typed_number(self, text: str) -> None:
        self.fields["registration_number"].clear_error()
        unusual = signup_rules.is_unusual_number(text)
        self.fields["registration_number"].set_hint(NUMBER_UNUSUAL if unusual else NUMBER_HINT)
        self.search.show(None, text=self.name.edit.text() if self.keeper.draft.entry is None else "")
        self.keeper.change(registration_number=text.strip(), entry=None)

    def _look_up(self) -> None:
        draft = self.keeper.draft
        if not draft.registration_number or draft.entry is not None:
            return
        work = partial(registry.lookup, registration_number=draft.registration_number, profile=search_profile(draft))
        self._tasks.call(self, work, self._found, failed=self._not_found, channel="signup-number")

    def _found(self, entry: RegistryEntry) -> None:
        where = self.search.detail(entry)
        self.fields["registration_number"].set_hint(f"Trouvé : {entry_title(entry)}, {where}.")

    def _not_found(self, error: ComptexpertError) -> None:
        if error.code in {"REG_NUMBER_UNKNOWN", "REG_PROFILE_MISMATCH"}:
            self.fields["registration_number"].set_error(messages.for_field(error.code))
        else:
            self.fields["registration_number"].set_hint("Le numéro sera vérifié à l’envoi.")

    def _typed_date(self) -> None:
        self.fields["date_of_birth"].clear_error()
        born = self.born.typed()
        self.keeper.change(date_of_birth=born, typed_birth="" if born else self.born.text())
