"""The sign-up wizard: a table of contents that turns the pages and shows what is to be corrected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.errors import ComptexpertError, InvalidInput
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.signup.steps import (
    TITLES,
    StepId,
    first_incomplete,
    problem_of_code,
    problems_of,
    step_of_field,
    steps_of,
)
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.signup.draft_keeper import DraftKeeper
from comptexpert_desktop.ui.signup.firm_step import FirmStep
from comptexpert_desktop.ui.signup.identity_step import IdentityStep
from comptexpert_desktop.ui.signup.login_step import LoginStep
from comptexpert_desktop.ui.signup.mandate_step import MandateStep
from comptexpert_desktop.ui.signup.person_step import PersonStep
from comptexpert_desktop.ui.signup.profile_step import ProfileStep
from comptexpert_desktop.ui.signup.summary_step import SummaryStep
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.banner_stack import Notices
from comptexpert_desktop.ui.widgets.buttons import primary, quiet, secondary
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.step_trail import StepTrail
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases.signup import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from PySide6.QtGui import QHideEvent, QKeyEvent

    from comptexpert_desktop.domain.signup import SignupDraft
    from comptexpert_desktop.errors import Problem
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.signup.step import Step

WIDTH = 640
IN_MEMORY = "Brouillon gardé en mémoire seulement"


class SignupWizard(QWidget):
    """Fills one draft in, screen by screen, and queues it."""

    submitted = Signal(str)
    """The outbox id of the request that was just queued."""
    save_requested = Signal(object)
    """The SignupDraft that the person wants in a file, since it is not on the disk."""
    left = Signal()
    """The person wants to leave; the draft is kept."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._new_id = tasks, clock, new_id
        self._sending = False
        self.keeper = DraftKeeper(tasks, clock=clock, new_id=new_id, parent=self)
        self.trail = StepTrail()
        self.banner = Banner(name="errorBanner")
        self.stack = Pages()
        self.back = secondary("&Retour", name="backButton", icon="chevron-left")
        self.leave = quiet("&Quitter, garder le brouillon", name="leaveButton")
        self.kept = PlainLabel(role="hint", wrap=False)
        self.save_file = quiet("Enregistrer dans un &fichier", name="saveDraftButton", icon="file")
        self.save_file.hide()
        self.next = primary("&Continuer", name="nextButton")
        self.submit = primary("&Envoyer ma demande", name="submitButton", icon="outbox")
        self.steps: dict[StepId, Step] = {
            StepId.PROFILE: ProfileStep(self.keeper),
            StepId.MANDATE: MandateStep(self.keeper),
            StepId.IDENTITY: IdentityStep(self.keeper, tasks, clock=clock),
            StepId.LOGIN: LoginStep(self.keeper),
            StepId.PERSON: PersonStep(self.keeper),
            StepId.FIRM: FirmStep(self.keeper, tasks),
            StepId.SUMMARY: SummaryStep(self.keeper),
        }
        self._pages: dict[StepId, Page] = {}
        self._current = StepId.PROFILE
        self._build()
        self._connect()

    @property
    def current(self) -> StepId:
        """The screen shown."""
        return self._current

    def open(self, draft: SignupDraft, *, refusal: messages.Message | None = None) -> None:
        """Take up a draft: where it stopped, or where the server found something to correct."""
        self.keeper.open(draft)
        self.kept.setText("")
        self.save_file.hide()
        self._sending = False
        problem = problem_of_code(refusal.code) if refusal is not None else None
        if problem is None:
            self.go_to(first_incomplete(draft, today=self._today()))
        else:
            self.go_to(step_of_field(problem.field) or self._current)
            self.steps[self._current].show_problems([problem])
        if refusal is not None:
            self.banner.show_message(refusal.body, tone=refusal.tone, title=refusal.title)

    def go_to(self, step: StepId) -> None:
        """Turn to a screen; what was entered so far is kept first."""
        self.keeper.flush()
        draft = self.keeper.draft
        order = steps_of(draft)
        self._current = step if step in order else order[0]
        shown = self.steps[self._current]
        self.banner.clear()
        shown.show_problems([])
        shown.show_draft(draft)
        self.stack.setCurrentWidget(self._pages[self._current])
        self._pages[self._current].verticalScrollBar().setValue(0)
        self._show_place(order)
        first = self.submit if self._current is StepId.SUMMARY else shown.first_input()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        accessible.screen_opened(self, self.trail.accessibleName())

    def advance(self) -> None:
        """Go to the next screen, unless something on this one must be corrected."""
        draft = self.keeper.draft
        found = problems_of(self._current, draft, today=self._today())
        if found:
            self.show_problems(found)
            return
        order = steps_of(draft)
        self.go_to(order[min(order.index(self._current) + 1, len(order) - 1)])

    def go_back(self) -> None:
        """Go to the screen before, or leave from the first one."""
        order = steps_of(self.keeper.draft)
        place = order.index(self._current)
        if place:
            self.go_to(order[place - 1])
        else:
            self._leave()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show problems beside their fields; those without a field in the banner."""
        loose = self.steps[self._current].show_problems(problems)
        if loose:
            self.banner.show_message("\n".join(loose), tone="danger", title="À corriger")
        else:
            self.banner.clear()

    def show_error(self, error: ComptexpertError) -> None:
        """Show what went wrong; nothing that was entered is lost."""
        self._sending = False
        self.submit.setEnabled(True)
        if isinstance(error, InvalidInput) and error.problems:
            first = error.problems[0]
            self.go_to(step_of_field(first.field) or self._current)
            self.show_problems(error.problems)
            return
        message = messages.for_error(error)
        self.banner.show_message(message.body, tone=message.tone, title=message.title)

    def send(self) -> None:
        """Queue the request, once."""
        if self._sending:
            return
        self._sending = True
        self.submit.setEnabled(False)
        outbox_id = self._new_id()
        self.keeper.send(new_id=outbox_id, done=partial(self._sent, outbox_id), failed=self.show_error)

    def flush(self) -> None:
        """Keep what was entered, before the window closes."""
        self.keeper.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter in a field turn the page."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._current is not StepId.SUMMARY:
            self.advance()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the draft when another screen is shown."""
        self.keeper.flush()
        super().hideEvent(event)

    def _sent(self, outbox_id: str) -> None:
        self._sending = False
        self.submit.setEnabled(True)
        self.keeper.release()
        self.submitted.emit(outbox_id)

    def _leave(self) -> None:
        self.keeper.flush()
        self.left.emit()

    def _today(self) -> date:
        return self._clock().astimezone().date()

    def _show_place(self, order: Sequence[StepId]) -> None:
        place = order.index(self._current)
        self.trail.show_steps([TITLES[step] for step in order], current=place)
        is_last = self._current is StepId.SUMMARY
        self.next.setVisible(not is_last)
        self.submit.setVisible(is_last)
        self.back.setText("&Retour" if place else "&Fermer")

    def _kept(self) -> None:
        in_memory = self.keeper.in_memory
        self.kept.setText(IN_MEMORY if in_memory else "Brouillon enregistré")
        self.save_file.setVisible(in_memory)

    def _not_kept(self, error: ComptexpertError) -> None:
        is_copy = error.code == drafts.ELSEWHERE
        self.kept.setText("Copie enregistrée" if is_copy else IN_MEMORY)
        self.save_file.setVisible(not is_copy)
        message = messages.for_error(error)
        self.banner.show_message(message.body, tone=message.tone, title=message.title)

    def _build(self) -> None:
        for step_id, step in self.steps.items():
            page = Page(width=WIDTH, centred=True)
            page.body.addWidget(step)
            self._pages[step_id] = page
            self.stack.addWidget(page)
        top = QFrame()
        top.setProperty("surface", "bar")
        head = QHBoxLayout(top)
        head.setContentsMargins(32, 14, 20, 14)
        head.addWidget(self.trail, 1)
        head.addWidget(self.leave)
        foot = QFrame()
        foot.setProperty("surface", "foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(32, 14, 32, 14)
        ends = (self.save_file, self.kept, self.next, self.submit)
        row.addLayout(WrappingRow(self.back, spacing=theme.SPACE * 4, ends=ends))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(Notices([self.banner]))
        column.addWidget(self.stack, 1)
        column.addWidget(foot)

    def _connect(self) -> None:
        self.next.clicked.connect(self.advance)
        self.back.clicked.connect(self.go_back)
        self.leave.clicked.connect(self._leave)
        self.submit.clicked.connect(self.send)
        self.keeper.kept.connect(self._kept)
        self.save_file.clicked.connect(lambda: self.save_requested.emit(self.keeper.draft))
        self.keeper.failed.connect(self._not_kept)
        profile, summary = self.steps[StepId.PROFILE], self.steps[StepId.SUMMARY]
        if isinstance(profile, ProfileStep) and isinstance(summary, SummaryStep):
            profile.confirmed.connect(self.advance)
            summary.go_to.connect(self.go_to)
