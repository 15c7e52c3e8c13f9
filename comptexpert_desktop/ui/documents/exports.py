"""« Exporter… »: the button, the question, the place, the progress, and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.documents import register_words
from comptexpert_desktop.presentation.documents.order import Order, Outcome, What
from comptexpert_desktop.ui.documents.export_dialog import FORM_NAMES, ExportDialog
from comptexpert_desktop.ui.documents.export_job import ExportJob
from comptexpert_desktop.ui.documents.progress_dialog import ProgressDialog
from comptexpert_desktop.ui.widgets import save_file
from comptexpert_desktop.ui.widgets.buttons import secondary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from PySide6.QtWidgets import QAbstractButton, QWidget

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.documents.order import View
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.screen import ScreenContext

KEY = "Ctrl+E"


def refuse(button: QAbstractButton) -> None:
    """Say on a button that files may not be saved from this machine, where the policy says so."""
    why = messages.for_code("EXPORTS_OFF").text
    button.setEnabled(False)
    button.setToolTip(why)
    button.setAccessibleDescription(why)


def follow_policy(button: QAbstractButton, context: ScreenContext) -> None:
    """Refuse while the policy says so, also from the moment that it says so under the open window."""

    def follow() -> None:
        if not context.preferences.settings.may_export:
            refuse(button)

    context.changes.listen(button, Topic.SETTINGS, call=follow)
    follow()


class Exports(QObject):
    """One button for everything that leaves as a file."""

    announced = Signal(str, str, object)
    """What came of it, its tone, and the folder to open or None."""
    failed = Signal(object)
    """A ComptexpertError."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        clock: Callable[[], datetime],
        view: Callable[[], View],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._view, self._window = tasks, clock, view, parent
        self._role = Role.GRANTOR
        self._firms: tuple[Firm, ...] = ()
        self._job: ExportJob | None = None
        self._waiting: ProgressDialog | None = None
        self.button = secondary("Exporter…", name="exportButton", icon="file")
        self.button.setToolTip(f"Exporter les délégations, les échéances ou le registre ({KEY})")
        self.button.clicked.connect(self.ask)
        QShortcut(QKeySequence(KEY), parent).activated.connect(self.button.click)

    def offer(self, *, role: Role, firms: Sequence[Firm] = ()) -> None:
        """Offer the delegations of one side, and the registers of these firms."""
        self._role, self._firms = role, tuple(firms)

    def clear(self) -> None:
        """Give up what is being written: another person may sit here now."""
        if self._job is not None:
            self._job.progress.cancel()

    def ask(self) -> None:
        """Ask what to export, then where to."""
        if self._job is not None:
            return
        dialog = ExportDialog(self._window, role=self._role, view=self._view(), firms=self._firms)
        dialog.accepted.connect(lambda: self._ask_file(dialog.order()))
        dialog.open()

    def _ask_file(self, order: Order) -> None:
        save_file.ask_file(
            self._window,
            title="Exporter",
            name="exportFileDialog",
            suggested=_file_name(order, day=wording.local_day(self._clock()).isoformat()),
            kind=f"{FORM_NAMES[order.form].removesuffix(' (.ics)')} (*.{order.form.value})",
            chosen=partial(self._start, order),
        )

    def _start(self, order: Order, target: Path) -> None:
        job = ExportJob(self._tasks, order=order, target=target, now=self._clock(), parent=self)
        job.finished.connect(partial(self._finish, order))
        job.failed.connect(self._fail)
        self._job = job
        self._waiting = ProgressDialog(self._window, title="Export en cours", progress=job.progress)
        job.start()

    def _finish(self, order: Order, outcome: Outcome) -> None:
        self._end()
        text, tone = said(order, outcome)
        self.announced.emit(text, tone, None if outcome.problem else outcome.target.parent)

    def _fail(self, error: ComptexpertError) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        if self._waiting is not None:
            self._waiting.finish()
        if self._job is not None:
            self._job.deleteLater()
        self._waiting = self._job = None


def said(order: Order, outcome: Outcome) -> tuple[str, Tone]:
    """Say what came of an export."""
    name = wording.quoted(outcome.target.name)
    if outcome.problem:
        text, tone = _PROBLEMS[outcome.problem]
        return text.format(name=name), tone
    if outcome.verdict is not None and order.firm is not None:
        worth = register_words.worth(outcome.verdict)
        tone = "success" if outcome.verdict.fault is None and outcome.verdict.signature != "refused" else "danger"
        return f"Le registre de {order.firm.name} est enregistré{wording.NBSP}: {name}. {worth}", tone
    one, many = _COUNTED[order.what is What.DEADLINES]
    return f"{wording.count(outcome.lines, one, many=many)} dans {name}.", "success"


def _file_name(order: Order, *, day: str) -> str:
    stems = {What.VIEW: "delegations", What.LIVE: "droits-vivants", What.DEADLINES: "echeances"}
    stem = f"registre-{order.firm.siren}" if order.firm else stems[order.what]
    return f"{stem}-{day}.{order.form.value}"


_COUNTED = {
    False: ("délégation est enregistrée", "délégations sont enregistrées"),
    True: ("échéance est enregistrée", "échéances sont enregistrées"),
}
_PROBLEMS: dict[str, tuple[str, Tone]] = {
    "EMPTY": ("Il n’y a rien à exporter. Aucun fichier n’a été écrit.", "info"),
    "GIVEN_UP": ("L’export est arrêté. Aucun fichier n’a été écrit.", "info"),
    "NOT_WRITTEN": ("Le fichier {name} n’a pas pu être écrit. Choisissez un autre dossier.", "danger"),
    "NO_PROOF": ("Ce registre ne peut pas devenir un tableau sans perdre sa preuve. Choisissez JSON.", "warning"),
}
