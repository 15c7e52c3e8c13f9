"""The sign-ups made on this machine: drafts, requests under way, what needs the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.domain.signup_rules import display_name
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.messages import COUNCIL_ANSWERS
from comptexpert_desktop.presentation.profile_words import PROFILES
from comptexpert_desktop.presentation.signup.progress_words import state_of
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.signup.council_card import STATES
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.signup import SignupDraft, SignupProgress
    from comptexpert_desktop.ui.widgets.buttons import Button


class SignupsList(Page):
    """One card a draft, one card a request."""

    new_requested = Signal()
    resume_requested = Signal(object)
    discard_draft_requested = Signal(object)
    duplicate_requested = Signal(object)
    export_requested = Signal(object)
    open_file_requested = Signal()
    correct_requested = Signal(object)
    retry_requested = Signal(str)
    resend_requested = Signal(str)
    discard_requested = Signal(object)
    details_requested = Signal(object)
    sign_in_requested = Signal()

    def __init__(self) -> None:
        super().__init__("Mes inscriptions", "Vos brouillons et vos demandes de Comptexpert faits sur ce poste.")
        self.banner = Banner(name="signupsBanner")
        self.new_button = primary("Créer un Comptexpert", name="newSignupButton", icon="user-plus")
        self.open_button = quiet("Ouvrir un brouillon enregistré", name="openDraftButton", icon="file")
        top = WrappingRow(self.new_button, self.open_button, spacing=SPACE * 2)
        self.empty = EmptyState(
            "user-plus", "Aucune inscription", "Une inscription commencée apparaît ici, même sans réseau."
        )
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self.body.addWidget(self.banner)
        self.body.addLayout(top)
        self.body.addLayout(self._cards)
        self.body.addWidget(self.empty)
        self.new_button.clicked.connect(self.new_requested)
        self.open_button.clicked.connect(self.open_file_requested)

    def show_all(
        self,
        drafts: Sequence[SignupDraft],
        progress: Sequence[SignupProgress],
        *,
        now: datetime,
        network_code: str | None,
    ) -> None:
        """Show everything again."""
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for draft in drafts:
            self._cards.addWidget(self._draft_card(draft, now=now))
        for each in progress:
            self._cards.addWidget(self._progress_card(each, now=now, network_code=network_code))
        self.empty.setVisible(not drafts and not progress)

    def _draft_card(self, draft: SignupDraft, *, now: datetime) -> QWidget:
        profile = PROFILES[draft.profile].name if draft.profile else "Profil à choisir"
        when = f"Modifié {wording.moment(draft.updated_at, now=now)}." if draft.updated_at else ""
        card, buttons = _card(
            display_name(draft) or "Inscription commencée", profile, Badge("pencil", "Brouillon", "neutral"), when
        )
        card.setObjectName(f"draft-{draft.id}")
        resume = secondary("Continuer", icon="pencil", name=f"resume-{draft.id}")
        discard = quiet("Abandonner", icon="trash", name=f"discard-{draft.id}")
        resume.clicked.connect(lambda: self.resume_requested.emit(draft))
        duplicate = quiet("Dupliquer", icon="copy", name=f"duplicate-{draft.id}")
        export = quiet("Exporter", icon="file", name=f"export-{draft.id}")
        discard.clicked.connect(lambda: self.discard_draft_requested.emit(draft))
        duplicate.clicked.connect(lambda: self.duplicate_requested.emit(draft))
        export.clicked.connect(lambda: self.export_requested.emit(draft))
        export.setEnabled(draft.profile is not None)
        buttons.addWidget(resume)
        buttons.addWidget(duplicate)
        buttons.addWidget(export)
        buttons.addWidget(discard)
        return card

    def _progress_card(self, progress: SignupProgress, *, now: datetime, network_code: str | None) -> QWidget:
        state = state_of(progress, network_code=network_code)
        login = f"Identifiant {progress.login_id}" if progress.login_id else ""
        words = " · ".join(part for part in (PROFILES[progress.profile].name, login) if part)
        card, buttons = _card(progress.display_name, words, Badge(state.icon, state.word, state.tone), state.sentence)
        card.setObjectName(f"signup-{progress.outbox_id}")
        card.add(PlainLabel(f"Demandé {wording.moment(progress.created_at, now=now)}.", role="hint"))
        if progress.escalation is not None:
            word = STATES[progress.escalation.status][0]
            reference = f"{wording.NBSP}: {progress.escalation.reference}" if progress.escalation.reference else ""
            card.add(PlainLabel(f"Conseil régional, {word.lower()}{reference}", role="hint"))
        card.body.removeItem(buttons)
        card.add(buttons)
        for button in self._actions(progress):
            buttons.addWidget(button)
        return card

    def _actions(self, progress: SignupProgress) -> list[Button]:
        outbox_id = progress.outbox_id
        found: list[Button] = []

        def add(button: Button, act: Callable[[], None]) -> None:
            button.clicked.connect(act)
            found.append(button)

        if progress.status is SignupStatus.NEEDS_YOU:
            button = secondary("Corriger", icon="pencil", name=f"correct-{outbox_id}")
            add(button, lambda: self.correct_requested.emit(progress))
        if progress.status is SignupStatus.NEEDS_YOU and progress.code in COUNCIL_ANSWERS:
            button = secondary("Renvoyer", icon="refresh", name=f"retry-{outbox_id}")
            add(button, lambda: self.retry_requested.emit(outbox_id))
        if progress.status in {SignupStatus.ACTIVATION_SENT, SignupStatus.EXPIRED}:
            button = secondary("Renvoyer le courriel", icon="mail", name=f"resend-{outbox_id}")
            add(button, lambda: self.resend_requested.emit(outbox_id))
        if progress.status is SignupStatus.ACTIVATED:
            button = secondary("Se connecter", icon="sign-in", name=f"signIn-{outbox_id}")
            add(button, self.sign_in_requested.emit)
        button = quiet("Suivre", icon="eye", name=f"details-{outbox_id}")
        add(button, lambda: self.details_requested.emit(progress))
        remove = "Abandonner" if progress.status in {SignupStatus.WAITING, SignupStatus.NEEDS_YOU} else "Retirer"
        button = quiet(remove, icon="trash", name=f"discard-{outbox_id}")
        add(button, lambda: self.discard_requested.emit(progress))
        return found


def _card(title: str, words: str, badge: Badge, sentence: str) -> tuple[Card, WrappingRow]:
    card = Card()
    card.body.setSpacing(10)
    top = QHBoxLayout()
    top.addWidget(PlainLabel(title, role="heading"), 1)
    top.addWidget(badge)
    card.add(top)
    card.add(PlainLabel(words, role="muted"))
    if sentence:
        card.add(PlainLabel(sentence, selectable=True))
    buttons = WrappingRow(spacing=SPACE * 2)
    card.add(buttons)
    return card, buttons
