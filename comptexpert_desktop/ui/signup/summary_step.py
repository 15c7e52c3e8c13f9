"""Read everything once more before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from comptexpert_desktop.domain.profile import Flow, Profile, flow_of
from comptexpert_desktop.presentation import days, wording
from comptexpert_desktop.presentation.profile_words import KINDS, PROFILES, profile_name
from comptexpert_desktop.presentation.signup.steps import TITLES, StepId, steps_of
from comptexpert_desktop.ui.registry.name_search import entry_title
from comptexpert_desktop.ui.signup.step import Step
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper

Line = tuple[str, str]

INTRO_REGISTRY = (
    "Le courriel d’activation sera envoyé à l’adresse que le tableau de l’Ordre connaît pour vous, et à nulle autre."
)
INTRO_OTHER = "Le courriel d’activation sera envoyé à l’adresse que vous avez saisie."


class SummaryStep(Step):
    """One card a screen, with the way back to it."""

    go_to = Signal(object)
    """The StepId that the person wants to change."""

    def __init__(self, keeper: DraftKeeper) -> None:
        super().__init__(keeper, title="Vérifiez, puis envoyez", intro="")
        self._cards: list[QWidget] = []

    def show_draft(self, draft: SignupDraft) -> None:
        """Write the draft in full."""
        for card in self._cards:
            self.body.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        is_registry = draft.profile is not None and flow_of(draft.profile) is Flow.REGISTRY
        self.intro.setText(INTRO_REGISTRY if is_registry or draft.also_expert else INTRO_OTHER)
        for step in steps_of(draft)[:-1]:
            card = self._card(step, lines_of(step, draft))
            self.body.addWidget(card)
            self._cards.append(card)

    def first_input(self) -> QWidget | None:
        """Leave the keyboard on the button that sends."""
        return None

    def _card(self, step: StepId, lines: Sequence[Line]) -> QWidget:
        card = Card()
        card.body.setContentsMargins(20, 12, 12, 14)
        card.body.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(PlainLabel(TITLES[step], role="strong"), 1)
        change = quiet("Modifier", icon="pencil", name=f"change-{step.value}")
        change.setAccessibleName(f"Modifier : {TITLES[step]}")
        change.clicked.connect(lambda: self.go_to.emit(step))
        top.addWidget(change)
        card.add(top)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 180)
        grid.setColumnStretch(1, 1)
        for row, (label, value) in enumerate(lines):
            grid.addWidget(PlainLabel(label, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(value or "Non renseigné", role="body" if value else "muted"), row, 1)
        card.add(grid)
        return card


def lines_of(step: StepId, draft: SignupDraft) -> list[Line]:
    """List what one screen holds, as pairs of words."""
    if step is StepId.PROFILE:
        return [("Profil", PROFILES[draft.profile].name if draft.profile else "")]
    if step is StepId.MANDATE:
        return [("Aussi expert-comptable", "Oui" if draft.also_expert else "Non")]
    if step is StepId.IDENTITY:
        return _identity_lines(draft)
    if step is StepId.LOGIN:
        return _login_lines(draft)
    if step is StepId.PERSON:
        return _person_lines(draft)
    return _firm_lines(draft)


def _identity_lines(draft: SignupDraft) -> list[Line]:
    if draft.entry is None:
        who = [("Numéro d’inscription", draft.registration_number)]
    else:
        who = [("Nom", entry_title(draft.entry)), ("Ville", draft.entry.town)]
        who += [("Liste", profile_name(draft.entry.list))]
    return [*who, ("Date de naissance", days.written(draft.date_of_birth))]


def _login_lines(draft: SignupDraft) -> list[Line]:
    is_registry = draft.profile is not None and flow_of(draft.profile) is Flow.REGISTRY
    lines = [] if is_registry or draft.also_expert else [("Adresse électronique", draft.email)]
    lines += [("Identifiant", draft.login_id)]
    if draft.alternates:
        lines += [("De rechange", wording.joined(draft.alternates, last="ou"))]
    return lines


def _person_lines(draft: SignupDraft) -> list[Line]:
    lines = [("Prénom", draft.given_name), ("Nom de famille", draft.surname)]
    if draft.profile is Profile.AGC_HEAD:
        return [*lines, ("AGC", draft.agc_name), ("SIREN", draft.agc_siren)]
    return [("Situation", KINDS[draft.kind] if draft.kind else ""), *lines]


def _firm_lines(draft: SignupDraft) -> list[Line]:
    lines = [("Cabinet", draft.firm_hint)]
    lines += [("Expert-comptable", entry_title(draft.grantor) if draft.grantor else "")]
    lines += [("Première demande", "Préparée" if draft.first_requests else "Aucune")]
    lines += [("Motif", request.reason) for request in draft.first_requests]
    return lines
