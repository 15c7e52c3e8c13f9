"""« Que se passe-t-il ensuite ? »: the honest way from this form to an active account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.messages import COUNCIL_ANSWERS
from comptexpert_desktop.presentation.signup.progress_words import state_of
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.signup.council_card import CouncilCard
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.icon_view import IconView
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.ui.widgets.buttons import Button

_DONE_UNTIL = {
    SignupStatus.WAITING: 1,
    SignupStatus.NEEDS_YOU: 1,
    SignupStatus.ACTIVATION_SENT: 2,
    SignupStatus.EXPIRED: 2,
    SignupStatus.ACTIVATED: 4,
}
_MILESTONES = (
    ("Enregistré sur ce poste", "Votre demande est gardée, chiffrée, même sans réseau."),
    ("Envoyé au serveur", "Le serveur vérifie votre identité et réserve votre identifiant."),
    ("Courriel d’activation", "Vous ouvrez le lien et choisissez votre mot de passe."),
    ("Compte actif", "Vous vous connectez, ici et sur les sites de l’Ordre."),
)


class NextPage(QWidget):
    """Four milestones, the state in words, and the one thing to do now."""

    correct = Signal(str)
    """The outbox id of a refused sign-up that the person wants to correct."""
    retry = Signal(str)
    """The outbox id of a refused sign-up to send again as it is: the council has corrected the registry."""
    resend = Signal(str)
    sign_in = Signal()
    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._outbox_id = ""
        self.banner = Banner(name="signupBanner")
        self.council = CouncilCard()
        self.badge = Badge("clock", "Enregistré", "info")
        self.badge.setObjectName("signupState")
        self.sentence = PlainLabel(selectable=True)
        self.login = PlainLabel(role="strong", selectable=True)
        self._titles = [PlainLabel(title, role="strong") for title, _text in _MILESTONES]
        self._icons = [IconView("clock", "muted", size=24) for _ in _MILESTONES]
        self.correct_button = primary("Corriger ma demande", name="correctButton", icon="pencil")
        self.sign_in_button = primary("Se connecter", name="signupSignInButton", icon="sign-in")
        self.retry_button = secondary("Renvoyer", name="retrySignupButton", icon="refresh")
        self.resend_button = secondary("Renvoyer le courriel", name="resendButton", icon="mail")
        self.close_button = secondary("Voir mes inscriptions", name="seeSignupsButton", icon="list")
        self._build()
        self.correct_button.clicked.connect(lambda: self.correct.emit(self._outbox_id))
        self.retry_button.clicked.connect(lambda: self.retry.emit(self._outbox_id))
        self.resend_button.clicked.connect(lambda: self.resend.emit(self._outbox_id))
        self.sign_in_button.clicked.connect(self.sign_in)
        self.close_button.clicked.connect(self.close_requested)

    def show_progress(
        self,
        progress: SignupProgress,
        *,
        network_code: str | None,
        councils: Sequence[RegionalCouncil] = (),
        now: datetime,
    ) -> None:
        """Show where the sign-up stands."""
        self._outbox_id = progress.outbox_id
        state = state_of(progress, network_code=network_code)
        self.badge.set_badge(state.icon, state.word, state.tone)
        self.sentence.setText(state.sentence)
        self.login.setText(f"Identifiant : {progress.login_id}" if progress.login_id else "")
        done = _DONE_UNTIL[progress.status]
        for rank, icon in enumerate(self._icons):
            if rank < done:
                icon.set_icon("check-circle", "success")
            else:
                icon.set_icon(state.icon if rank == done else "clock", state.tone if rank == done else "muted")
            word = "fait" if rank < done else state.word if rank == done else "à venir"
            self._titles[rank].setAccessibleName(f"{_MILESTONES[rank][0]}{wording.NBSP}: {word}")
        self.correct_button.setVisible(progress.status is SignupStatus.NEEDS_YOU)
        can_retry = progress.status is SignupStatus.NEEDS_YOU and progress.code in COUNCIL_ANSWERS
        self.retry_button.setVisible(can_retry)
        self.council.show_file(progress, councils=councils, now=now)
        self.sign_in_button.setVisible(progress.status is SignupStatus.ACTIVATED)
        self.resend_button.setVisible(progress.status in {SignupStatus.ACTIVATION_SENT, SignupStatus.EXPIRED})

    def _buttons(self) -> tuple[Button, ...]:
        """List the buttons in the order of the row."""
        kinds = (self.correct_button, self.retry_button, self.sign_in_button, self.resend_button)
        return (*kinds, self.close_button)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(20)
        column.addWidget(PlainLabel("Que se passe-t-il ensuite ?", role="title"))
        column.addWidget(self.banner)
        state = Card(name="signupStateCard")
        state.add(self.badge)
        state.add(self.sentence)
        state.add(self.login)
        state.add(WrappingRow(*self._buttons(), spacing=SPACE * 2))
        column.addWidget(state)
        column.addWidget(self.council)
        for icon, title, (_title, text) in zip(self._icons, self._titles, _MILESTONES, strict=True):
            row = QHBoxLayout()
            row.setSpacing(16)
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(title)
            words.addWidget(PlainLabel(text, role="muted"))
            row.addLayout(words, 1)
            column.addLayout(row)
