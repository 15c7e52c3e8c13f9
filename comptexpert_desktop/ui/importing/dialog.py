"""« Importer »: choose a file, see what each line would give, agree, and know what was granted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.import_file import FileFault, ImportFile
from comptexpert_desktop.domain.importing import Verdict
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.importing import words
from comptexpert_desktop.ui.documents.progress_dialog import ProgressDialog
from comptexpert_desktop.ui.importing.choose_page import ChoosePage
from comptexpert_desktop.ui.importing.files import ImportFiles
from comptexpert_desktop.ui.importing.job import ImportJob, to_grant
from comptexpert_desktop.ui.importing.preview_page import PreviewPage
from comptexpert_desktop.ui.importing.words_dialog import agree
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.importing import Checked, Outcome
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.documents.importing import Comparison, Reading


class ImportDialog(QDialog):
    """Two pages over one job; closing it before the agreement leaves no trace."""

    sign_in_requested = Signal()
    granted = Signal(str)
    """What was granted, in words."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        *,
        firms: Sequence[Firm],
        labels: Labels,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("importDialog")
        self.setWindowTitle("Importer des délégations")
        self._firms, self._labels, self._clock = tuple(firms), labels, context.clock
        self._lines: tuple[Checked, ...] = ()
        self._comparisons: tuple[Comparison, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._waiting: ProgressDialog | None = None
        self.job = ImportJob(context, parent=self)
        self._synchronise = context.navigator.synchronise
        self.files = ImportFiles(self)
        self.banner = Banner(name="importBanner")
        self.choose, self.preview = ChoosePage(), PreviewPage(context.tasks, clock=context.clock)
        self.pages = Pages()
        self.grant_button = primary("", name="importGrantButton", icon="check")
        self.other_button = quiet("Autre fichier…", name="importOtherButton")
        self.close_button = secondary("Fermer", name="importCloseButton")
        self._build()
        self._connect()
        self._show_choice()

    def open_file(self, file: Path) -> None:
        """Read a file and preview it."""
        self.banner.clear()
        self._show_choice()
        self.choose.setEnabled(False)
        self.job.open(file)

    def reject(self) -> None:
        """Close; what was queued goes on by itself."""
        if self.job.is_awaited:
            self.granted.emit(_GOES_ON)
        self.job.clear()
        super().reject()

    # -- What the job says -----------------------------------------------------------------------

    def _take_file(self, reading: Reading) -> None:
        if isinstance(reading.file, FileFault):
            self._end_waiting()
            self.choose.setEnabled(True)
            self.banner.show_message(words.file_fault(reading.file), tone="danger", title="Ce fichier ne convient pas")
            return
        assert isinstance(reading.file, ImportFile)
        self._notes = words.notes(reading.file)
        self._waiting = ProgressDialog(self, title="Vérification des lignes", progress=self.job.progress)

    def _take_unreadable(self) -> None:
        self.choose.setEnabled(True)
        self.banner.show_message("Ce fichier ne peut pas être ouvert. Vérifiez qu’il existe encore.", tone="danger")

    def _take_stop(self) -> None:
        self._end_waiting()
        self._show_choice()
        self.banner.show_message("La vérification est arrêtée. Rien n’a été accordé.", tone="info")

    def _take_preview(self, lines: tuple[Checked, ...], comparisons: tuple[Comparison, ...]) -> None:
        self._end_waiting()
        self._comparisons = comparisons
        self._show_lines(lines)

    def _take_outcome(self, outcome: Outcome) -> None:
        """Show what is left to do: lines that were refused from the first, or by now, or whose words wait."""
        corrected = (Verdict.REFUSED,) if outcome.granted else (Verdict.REFUSED, Verdict.ALREADY)
        sent = {one.line.line for one in (*outcome.granted, *outcome.left)}
        waiting = [one for one in to_grant(self._lines) if one.line.line not in sent]
        others = [*waiting, *(one for one in self._lines if one.verdict in corrected)]
        left = sorted((*outcome.left, *others), key=lambda one: one.line.line)
        self._lines = tuple(left)
        if outcome.granted:
            self.granted.emit(f"Import{wording.NBSP}: {words.granted(len(outcome.granted))}.")
        if not left:
            self.job.clear()
            self.accept()
            return
        self._show_lines(self._lines)
        self.banner.show_message(
            words.outcome(outcome, to_correct=len(left) - len(waiting), to_call=len(waiting)),
            tone="warning" if outcome.left else "success",
            title="La situation a changé" if outcome.left else "",
        )

    def _take_delay(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code)
        again = entry.code in messages.SIGN_IN_AGAIN
        is_lost = entry.status is OutboxStatus.UNKNOWN
        self.close_button.setEnabled(True)
        self.banner.show_message(
            _UNCERTAIN if is_lost else _WAITS,
            tone="warning",
            title="La réponse du serveur s’est perdue" if is_lost else message.title,
            action_text="Se reconnecter" if again else "Vérifier maintenant",
            action=self._sign_in if again else self._synchronise,
        )

    def _take_failure(self, error: ComptexpertError) -> None:
        self._end_waiting()
        self.choose.setEnabled(True)
        self._set_busy(busy=False)
        message = messages.for_error(error)
        again = error.code in messages.SIGN_IN_AGAIN
        self.banner.show_message(
            f"{message.body} Rien n’a été accordé.",
            title=message.title,
            tone=message.tone,
            action_text="Se reconnecter" if again else "",
            action=self._sign_in if again else None,
        )

    # -- What the person does --------------------------------------------------------------------

    def _grant(self) -> None:
        chosen = to_grant(self._lines)
        if chosen and not self.job.is_awaited:
            agree(self, lines=chosen, comparisons=self._comparisons, done=self._send)

    def _send(self, agreed: tuple[Checked, ...]) -> None:
        said = _LONG if len(agreed) > import_file.PART else _TOGETHER
        self.banner.show_message(said, tone="info", title="Envoi en cours")
        self.job.apply(agreed)
        self._set_busy(busy=True)

    def _sign_in(self) -> None:
        self.job.clear()
        self.accept()
        self.sign_in_requested.emit()

    # -- What is shown ---------------------------------------------------------------------------

    def _show_choice(self) -> None:
        self.choose.setEnabled(True)
        self.pages.setCurrentWidget(self.choose)
        for button in (self.grant_button, self.other_button):
            button.hide()
        self.choose.choose_button.setFocus()

    def _show_lines(self, lines: tuple[Checked, ...]) -> None:
        self._lines = lines
        chosen = to_grant(lines)
        numbers = {one.line.line for one in chosen}
        self._comparisons = tuple(one for one in self._comparisons if numbers & set(one.lines))
        self.preview.show_lines(lines, labels=self._labels, notes=self._notes, comparisons=self._comparisons)
        self.pages.setCurrentWidget(self.preview)
        self.grant_button.setText(f"Accorder {wording.count(len(chosen), 'délégation')}")
        self.grant_button.setVisible(bool(chosen))
        self.other_button.show()
        self._set_busy(busy=False)

    def _set_busy(self, *, busy: bool) -> None:
        for button in (self.grant_button, self.other_button, self.close_button, self.preview.faults_button):
            button.setEnabled(not busy)

    def _end_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.finish()
        self._waiting = None

    def _connect(self) -> None:
        self.choose.file_requested.connect(self.files.ask_file)
        siren = self._firms[0].siren if self._firms else ""
        today = day_in_france(self._clock())
        self.choose.model_requested.connect(partial(self.files.save_model, siren=siren, today=today))
        self.grant_button.clicked.connect(self._grant)
        self.preview.faults_button.clicked.connect(lambda: self.files.save_faults(self._lines))
        self.other_button.clicked.connect(self.files.ask_file)
        self.files.chosen.connect(self.open_file)
        self.files.said.connect(lambda text, tone: self.banner.show_message(text, tone=tone))
        self.close_button.clicked.connect(self.reject)
        self.job.read.connect(self._take_file)
        self.job.unreadable.connect(self._take_unreadable)
        self.job.previewed.connect(self._take_preview)
        self.job.stopped.connect(self._take_stop)
        self.job.settled.connect(self._take_outcome)
        self.job.delayed.connect(self._take_delay)
        self.job.failed.connect(self._take_failure)

    def _build(self) -> None:
        screen_room.resize(self, SPACE * 236, SPACE * 150)
        self.pages.addWidget(self.choose)
        self.pages.addWidget(self.preview)
        buttons = WrappingRow(self.other_button, spacing=SPACE * 2, ends=(self.close_button, self.grant_button))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 6, SPACE * 6, SPACE * 6, SPACE * 5)
        column.setSpacing(SPACE * 4)
        column.addWidget(PlainLabel("Importer des délégations", role="heading"))
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        column.addLayout(buttons)


_UNCERTAIN = (
    "Les délégations sont peut-être accordées. La même demande est renvoyée d’elle-même, sans double effet, jusqu’à "
    "ce que le serveur réponde."
)
_WAITS = "Rien n’est encore accordé. La demande est dans la boîte d’envoi. Elle partira dès que le serveur répondra."
_TOGETHER = "Toutes ces lignes sont accordées, ou aucune."
_LONG = f"{_TOGETHER} Un long tableau demande quelques minutes. Vous pouvez fermer cette fenêtre."
_GOES_ON = "Import\u00a0: la demande est dans la boîte d’envoi, qui dira ce qu’il en est."
