"""Ask who the person is for the Ordre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation.profile_words import PROFILES
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.choice_list import ChoiceList
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow

if TYPE_CHECKING:
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper


class ProfileStep(Step):
    """A list of profiles, each with the sentence by which people recognise theirs."""

    confirmed = Signal()
    """A profile was double-clicked."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(
            keeper,
            title="Quel est votre profil ?",
            intro="Votre profil fixe la suite de l’inscription et les services qui vous sont ouverts.",
        )
        self.list = ChoiceList(
            [SuggestionRow(profile, words.name, words.help, words.icon) for profile, words in PROFILES.items()]
        )
        self.fields["profile"] = Field("&Votre profil", self.list, name="profileList")
        self.body.addWidget(self.fields["profile"])
        self.list.chosen.connect(self._chosen)
        self.list.doubleClicked.connect(self.confirmed)

    def show_draft(self, draft: SignupDraft) -> None:
        """Light the profile of the draft."""
        self.list.choose(draft.profile)

    def sentence(self, problem: Problem) -> str:
        """Say what to do rather than that the field is empty."""
        return (
            "Choisissez votre profil dans la liste." if problem.code == "FIELD_REQUIRED" else super().sentence(problem)
        )

    def _chosen(self, profile: Profile) -> None:
        self.fields["profile"].clear_error()
        if profile is not self.keeper.draft.profile:
            self.keeper.change(profile=profile, entry=None, registration_number="")
