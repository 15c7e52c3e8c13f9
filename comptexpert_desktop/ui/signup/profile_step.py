"""Ask who the person is for the Ordre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView

from comptexpert_desktop.ui.profile_words import PROFILES
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.suggestion_delegate import ROW_HEIGHT, SuggestionDelegate
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionModel, SuggestionRow

if TYPE_CHECKING:
    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper


class ProfileStep(Step):
    """A list of profiles, each with the sentence by which people recognise theirs."""

    confirmed = Signal()
    """A profile was double-clicked or chosen with Enter."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(
            keeper,
            title="Quel est votre profil ?",
            intro="Votre profil fixe la suite de l’inscription et les services qui vous sont ouverts.",
        )
        self.list = QListView()
        self._model = SuggestionModel(self.list)
        self._model.set_rows(
            [SuggestionRow(profile, words.name, words.help, words.icon) for profile, words in PROFILES.items()]
        )
        self._profiles = list(PROFILES)
        self.fields["profile"] = Field("&Votre profil", self.list, name="profileList")
        self.body.addWidget(self.fields["profile"])
        self._dress()
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.list.activated.connect(self._confirm)

    def show_draft(self, draft: SignupDraft) -> None:
        """Light the profile of the draft."""
        self.list.selectionModel().blockSignals(True)
        if draft.profile is None:
            self.list.selectionModel().clear()
        else:
            index = self._model.index(self._profiles.index(draft.profile))
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.selectionModel().blockSignals(False)
        self.list.viewport().update()

    def sentence(self, problem: Problem) -> str:
        """Say what to do rather than that the field is empty."""
        return (
            "Choisissez votre profil dans la liste." if problem.code == "FIELD_REQUIRED" else super().sentence(problem)
        )

    def _chosen(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        profile: Profile = self._profiles[index.row()]
        self.fields["profile"].clear_error()
        if profile is not self.keeper.draft.profile:
            self.keeper.change(profile=profile, entry=None, registration_number="")

    def _confirm(self, index: QModelIndex) -> None:
        self._chosen(index)
        self.confirmed.emit()

    def _dress(self) -> None:
        view = self.list
        view.setModel(self._model)
        view.setItemDelegate(SuggestionDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setIconSize(QSize(20, 20))
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFixedHeight(ROW_HEIGHT * len(self._profiles) + 10)
