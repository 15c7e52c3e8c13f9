"""« Tester la connexion »: each step between this machine and the server, as it is looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.domain.network_check import Finding, Step
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.network import words
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.support import network

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks

CHANNEL = "network-check"
_INTRO = "Chaque étape entre ce poste et le serveur, l’une après l’autre. Aucun mot de passe n’est envoyé au serveur."


class _Line:
    """A step: its name, its badge, what was found."""

    def __init__(self, step: Step) -> None:
        self.name = PlainLabel(words.NAMES[step], role="strong")
        self.badge = Badge()
        self.detail = PlainLabel(role="muted", selectable=True)
        self.detail.setObjectName(f"networkDetail-{step.value}")
        self.badge.setObjectName(f"networkState-{step.value}")
        self.detail.setAccessibleName(words.NAMES[step])

    def show_state(self, state: words.State, detail: str = "") -> None:
        """Show where this step stands."""
        self.badge.set_badge(state.icon, state.word, state.tone)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))


class CheckDialog(QDialog):
    """Runs the steps in the background; closing it gives up what was not looked at yet."""

    def __init__(self, parent: QWidget, *, tasks: Tasks, server_url: str, clock: Callable[[], datetime]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("networkCheckDialog")
        self.setWindowTitle("Tester la connexion")
        screen_room.resize(self, 640, 620)
        self._tasks, self._server_url, self._clock = tasks, server_url, clock
        self._lines = {step: _Line(step) for step in Step}
        self._findings: dict[Step, Finding] = {}
        self.verdict = PlainLabel(role="strong")
        self.copy_button = secondary("&Copier le résultat", name="copyNetworkButton", icon="copy")
        self.again_button = secondary("&Recommencer", name="againNetworkButton", icon="refresh")
        self.close_button = primary("&Fermer", name="closeNetworkButton")
        self.copy_button.clicked.connect(self.copy)
        self.again_button.clicked.connect(self.run)
        self.close_button.clicked.connect(self.reject)
        self._build()

    def run(self) -> None:
        """Look at every step, from the first."""
        self._findings.clear()
        for line in self._lines.values():
            line.show_state(words.AWAITED)
        self.verdict.setText("Vérification en cours…")
        self.again_button.setEnabled(False)
        self.copy_button.setEnabled(False)
        self._look(Step.NAME)

    def copy(self) -> None:
        """Put the result on the clipboard."""
        text = words.report(self._findings.values(), server_url=self._server_url, now=self._clock())
        QGuiApplication.clipboard().setText(text)
        self.verdict.setText("Le résultat est copié.")
        accessible.tell(self.verdict, self.verdict.text())

    def _look(self, step: Step) -> None:
        self._lines[step].show_state(words.LOOKING)
        work = partial(network.check, step=step)
        self._tasks.call(self, work, self._found, failed=partial(self._broke, step), channel=CHANNEL)

    def _broke(self, step: Step, error: ComptexpertError) -> None:
        self._found(Finding(step, error.code))

    def _found(self, finding: Finding) -> None:
        self._findings[finding.step] = finding
        self._lines[finding.step].show_state(words.state_of(finding), words.detail_of(finding))
        steps = list(Step)
        after = steps[steps.index(finding.step) + 1 :]
        if finding.is_ok and after:
            self._look(after[0])
            return
        for step in after:
            self._lines[step].show_state(words.NOT_TRIED)
        self._end(finding)

    def _end(self, last: Finding) -> None:
        where = wording.quoted(words.NAMES[last.step])
        self.verdict.setText("Tout fonctionne." if last.is_ok else f"Le problème est à l’étape {where}.")
        self.again_button.setEnabled(True)
        self.copy_button.setEnabled(True)
        accessible.tell(self.verdict, self.verdict.text())

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(self._lines.values()):
            grid.addWidget(line.name, 3 * row, 0, 1, 2)
            grid.addWidget(line.badge, 3 * row, 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(line.detail, 3 * row + 1, 0, 1, 3)
            grid.setRowMinimumHeight(3 * row + 2, 6)
        inner = QWidget()
        inner.setProperty("page", "true")
        steps = QVBoxLayout(inner)
        steps.setContentsMargins(0, 0, 8, 0)
        steps.addLayout(grid)
        steps.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Étapes de la connexion")
        area.setWidget(inner)
        buttons = WrappingRow(self.copy_button, self.again_button, spacing=SPACE * 2, ends=(self.close_button,))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(PlainLabel("Tester la connexion", role="heading"))
        column.addWidget(PlainLabel(_INTRO, role="muted"))
        column.addWidget(area, 1)
        column.addWidget(self.verdict)
        column.addLayout(buttons)
        self.close_button.setFocus()


def open_check(parent: QWidget, *, tasks: Tasks, server_url: str, clock: Callable[[], datetime]) -> CheckDialog:
    """Open the window and begin."""
    dialog = CheckDialog(parent, tasks=tasks, server_url=server_url, clock=clock)
    dialog.open()
    dialog.run()
    return dialog
