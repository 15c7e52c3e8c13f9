"""The file with the Conseil régional: opened, written about, followed, reminded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from comptexpert_desktop.domain.escalation import CAUSES, FOLLOWED, FileStatus, is_reminder_due
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.escalation import Escalation
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.presentation.tone import Tone

_OFFER = (
    "Votre saisie est exacte\u00a0? Ouvrez un dossier\u00a0: le message au Conseil régional est prêt, et votre demande "
    "repart d’elle-même dès que le tableau est corrigé."
)
_REMINDER = "Sans réponse depuis deux semaines. Vous pouvez relancer le Conseil régional\u00a0: le message est prêt."
STATES: dict[FileStatus, tuple[str, str, Tone, str]] = {
    FileStatus.ASKED: ("À transmettre", "clock", "info", "Le dossier est gardé ici. Il sera transmis avec le réseau."),
    FileStatus.OPEN: (
        "Dossier ouvert",
        "mail",
        "info",
        (
            "Écrivez au Conseil régional en citant la référence. Votre demande repartira d’elle-même dès que le "
            "tableau sera corrigé."
        ),
    ),
    FileStatus.CORRECTED: (
        "Tableau corrigé",
        "check-circle",
        "success",
        "Le Conseil régional a corrigé le tableau. Votre demande est repartie d’elle-même.",
    ),
    FileStatus.CLOSED: ("Dossier clos", "alert-triangle", "warning", "Le Conseil régional n’a rien corrigé."),
    FileStatus.UNTRACKED: (
        "À suivre par vous",
        "mail",
        "warning",
        (
            "Le serveur ne suit pas ce dossier. Écrivez au Conseil régional. Quand il aura répondu, renvoyez votre "
            "demande."
        ),
    ),
}


def may_open(progress: SignupProgress) -> bool:
    """Tell whether a file can be opened about this request."""
    is_refused = progress.status is SignupStatus.NEEDS_YOU and progress.code in CAUSES
    file = progress.escalation
    return is_refused and (file is None or file.status in {FileStatus.CORRECTED, FileStatus.CLOSED})


class CouncilCard(Card):
    """Hidden when a request has nothing to do with a council."""

    open_requested = Signal()
    council_chosen = Signal(object)
    """The RegionalCouncil chosen on the list, when the entry does not tell."""
    mail_requested = Signal()
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self) -> None:
        super().__init__("Conseil régional", name="councilCard")
        self._councils: tuple[RegionalCouncil, ...] = ()
        self.badge = Badge("mail", "", "info")
        self.badge.setObjectName("fileState")
        self.reference = PlainLabel(role="strong", selectable=True)
        self.reference.setObjectName("fileReference")
        self.sentence = PlainLabel(selectable=True)
        self.contact = PlainLabel(role="muted", selectable=True)
        self.reminder = PlainLabel(role="strong")
        self.choice = Choice()
        self.choice_field = Field("Votre &Conseil régional", self.choice, name="councilBox")
        self.open_button = secondary("Ouvrir un dossier", name="openFileButton", icon="mail")
        self.mail_button = secondary("Écrire", name="writeCouncilButton", icon="mail")
        self.copy_button = quiet("Copier le message", name="copyLetterButton", icon="copy")
        self.save_button = quiet("Enregistrer le message", name="saveLetterButton", icon="file")
        self._build()
        self.open_button.clicked.connect(self.open_requested)
        self.mail_button.clicked.connect(self.mail_requested)
        self.copy_button.clicked.connect(self.copy_requested)
        self.save_button.clicked.connect(self.save_requested)
        self.choice.activated.connect(self._chose)
        self.hide()

    def show_file(self, progress: SignupProgress, *, councils: Sequence[RegionalCouncil], now: datetime) -> None:
        """Show the file of a request, or the way to open one."""
        file, can_open = progress.escalation, may_open(progress)
        self.setVisible(can_open or file is not None)
        self.open_button.setVisible(can_open)
        self.badge.setVisible(file is not None)
        self.reference.setVisible(file is not None and bool(file.reference))
        is_written = file is not None and file.status in FOLLOWED | {FileStatus.UNTRACKED}
        for button in (self.mail_button, self.copy_button, self.save_button):
            button.setVisible(is_written)
        self.reminder.setVisible(file is not None and is_reminder_due(file, now=now))
        self._offer(councils, is_visible=is_written and file is not None and file.council is None)
        is_said = progress.status is SignupStatus.NEEDS_YOU and bool(progress.answer.get("council"))
        self.contact.setVisible(is_written and file is not None and file.council is not None and not is_said)
        if file is None:
            self.sentence.setText(_OFFER)
        else:
            self._show(file)

    def _show(self, file: Escalation) -> None:
        word, icon, tone, sentence = STATES[file.status]
        self.badge.set_badge(icon, word, tone)
        self.reference.setText(f"Référence\u00a0: {file.reference}")
        said = f"Sa réponse\u00a0: {file.answer}" if file.status is FileStatus.CLOSED and file.answer else ""
        self.sentence.setText(f"{sentence} {said}".strip())
        self.contact.setText(messages.council_contact(file.council))
        has_address = file.council is not None and bool(file.council.email)
        self.mail_button.setEnabled(has_address)

    def _offer(self, councils: Sequence[RegionalCouncil], *, is_visible: bool) -> None:
        self.choice_field.setVisible(is_visible)
        if is_visible and self._councils != tuple(councils):
            self._councils = tuple(councils)
            self.choice.clear()
            self.choice.addItem("Choisissez…")
            for council in self._councils:
                self.choice.addItem(council.name)

    def _chose(self, row: int) -> None:
        if row > 0:
            self.council_chosen.emit(self._councils[row - 1])

    def _build(self) -> None:
        self.reminder.setText(_REMINDER)
        self.add(self.badge)
        self.body.setAlignment(self.badge, Qt.AlignmentFlag.AlignLeft)
        for part in (self.reference, self.sentence, self.contact, self.choice_field, self.reminder):
            self.add(part)
        row = WrappingRow(self.open_button, self.mail_button, self.copy_button, self.save_button, spacing=SPACE * 2)
        self.add(row)
