"""« Mes inscriptions »: the list, the wizard, and what happens next, each in its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QVBoxLayout

from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui.destinations import Destination, NewSignup
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.signup.council_files import CouncilFiles
from comptexpert_desktop.ui.signup.draft_files import DraftFiles
from comptexpert_desktop.ui.signup.next_page import NextPage
from comptexpert_desktop.ui.signup.signup_flow import SignupFlow
from comptexpert_desktop.ui.signup.signups_list import SignupsList
from comptexpert_desktop.ui.signup.wizard import WIDTH, SignupWizard
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status

if TYPE_CHECKING:
    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation import messages
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.usecases.ports import Stores


class _Shown(NamedTuple):
    """What the screen reads in one go."""

    drafts: tuple[SignupDraft, ...]
    progress: tuple[SignupProgress, ...]
    network_code: str | None
    councils: tuple[RegionalCouncil, ...]


class SignupsScreen(Screen):
    """Everything about creating a Comptexpert."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Mes inscriptions", name="signupsScreen")
        tasks, clock, new_id = context.tasks, context.clock, context.new_id
        self._tasks, self._clock, self._new_id = tasks, clock, new_id
        self._followed = ""
        self.list = SignupsList()
        self.flow = SignupFlow(context, owner=self)
        self.wizard = SignupWizard(tasks, clock=clock, new_id=new_id)
        self.next_page = NextPage()
        self.files = CouncilFiles(
            tasks, card=self.next_page.council, links=context.links, clock=clock, new_id=new_id, parent=self
        )
        self.draft_files = DraftFiles(tasks, new_id=new_id, parent=self)
        self._next_frame = Page(width=WIDTH, centred=True)
        self._next_frame.body.addWidget(self.next_page)
        self.stack = Pages()
        for page in (self.list, self.wizard, self._next_frame):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._connect()
        context.changes.listen(self, Topic.DRAFTS, Topic.SIGNUPS, Topic.OUTBOX, Topic.NETWORK, call=self.reload)

    def activate(self) -> None:
        """Read everything again; what was open stays open."""
        self.reload()

    def arrive(self, destination: Destination) -> None:
        """Open the wizard on a blank form when that is what the destination says."""
        super().arrive(destination)
        if isinstance(destination, NewSignup):
            self.start_new()

    def save(self) -> None:
        """Put on disk what was entered, and leave everything as it is."""
        self.wizard.flush()

    def show_list(self) -> None:
        """Show the list."""
        self._followed = ""
        self.wizard.flush()
        self.stack.setCurrentWidget(self.list)
        self.list.new_button.setFocus()
        self.reload()

    def start_new(self) -> None:
        """Open the wizard on a blank draft."""
        self.resume(SignupDraft(id=DraftId(self._new_id())))

    def resume(self, draft: SignupDraft, *, refusal: messages.Message | None = None) -> None:
        """Open the wizard on a draft."""
        self.stack.setCurrentWidget(self.wizard)
        self.wizard.open(draft, refusal=refusal)

    def _resume(self, draft: SignupDraft, refusal: messages.Message | None) -> None:
        self._followed = ""
        self.resume(draft, refusal=refusal)

    def _say(self, message: messages.Message) -> None:
        self._banner.show_message(message.body, tone=message.tone, title=message.title)

    def follow(self, outbox_id: str) -> None:
        """Show what happens to a request."""
        self._followed = outbox_id
        self._tasks.read(self, _read, self._show_next, failed=self.show_error)

    def reload(self) -> None:
        """Read the drafts and the requests again."""
        self._tasks.read(self, _read, self._show, failed=self.show_error, channel="signups")

    def _show(self, shown: _Shown) -> None:
        self.list.show_all(shown.drafts, shown.progress, now=self._clock(), network_code=shown.network_code)
        self._refresh_followed(shown)

    def _show_next(self, shown: _Shown) -> None:
        self._refresh_followed(shown)
        if self._followed:
            self.next_page.banner.clear()
            self.stack.setCurrentWidget(self._next_frame)
            self.next_page.close_button.setFocus()

    def _refresh_followed(self, shown: _Shown) -> None:
        for progress in shown.progress:
            if progress.outbox_id == self._followed:
                self.files.progress = progress
                self.next_page.show_progress(
                    progress, network_code=shown.network_code, councils=shown.councils, now=self._clock()
                )

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong on the page that is shown."""
        self._banner.show_error(error)

    @property
    def _banner(self) -> Banner:
        """The banner of the page that is shown."""
        shown = self.stack.currentWidget()
        if shown is self.wizard:
            return self.wizard.banner
        return self.next_page.banner if shown is self._next_frame else self.list.banner

    def _connect(self) -> None:
        listed, flow = self.list, self.flow
        flow.resumed.connect(self._resume)
        flow.failed.connect(self.show_error)
        flow.said.connect(self._say)
        listed.new_requested.connect(self.start_new)
        listed.resume_requested.connect(self.resume)
        listed.discard_draft_requested.connect(flow.discard_draft)
        listed.duplicate_requested.connect(flow.duplicate)
        listed.export_requested.connect(self.draft_files.save)
        listed.open_file_requested.connect(self.draft_files.open)
        listed.correct_requested.connect(flow.correct)
        listed.retry_requested.connect(flow.retry)
        listed.resend_requested.connect(flow.resend)
        listed.discard_requested.connect(flow.discard)
        listed.details_requested.connect(lambda progress: self.follow(progress.outbox_id))
        listed.sign_in_requested.connect(self.context.navigator.sign_in)
        self.wizard.submitted.connect(self.follow)
        self.wizard.left.connect(self.show_list)
        self.next_page.correct.connect(flow.correct_by_id)
        self.next_page.retry.connect(flow.retry)
        self.next_page.resend.connect(flow.resend)
        self.next_page.sign_in.connect(self.context.navigator.sign_in)
        self.next_page.close_requested.connect(self.show_list)
        self.files.announced.connect(lambda text, tone: self._banner.show_message(text, tone=tone))
        self.files.failed.connect(self.show_error)
        self.wizard.save_requested.connect(self.draft_files.save)
        self.draft_files.announced.connect(lambda text, tone: self._banner.show_message(text, tone=tone))
        self.draft_files.failed.connect(self.show_error)
        self.draft_files.opened.connect(flow.open_draft)


def _read(stores: Stores) -> _Shown:
    kept, progress = signup.drafts(stores), signup.progress(stores)
    return _Shown(kept, progress, status.summary(stores).network, registry.councils(stores))
