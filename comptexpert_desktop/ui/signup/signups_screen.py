"""« Mes inscriptions »: the list, the wizard, and what happens next, each in its turn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.signup import DraftId, SignupDraft, SignupStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import messages
from comptexpert_desktop.ui.signup.council_files import CouncilFiles
from comptexpert_desktop.ui.signup.draft_files import DraftFiles
from comptexpert_desktop.ui.signup.next_page import NextPage
from comptexpert_desktop.ui.signup.signups_list import SignupsList
from comptexpert_desktop.ui.signup.wizard import WIDTH, SignupWizard
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.usecases import drafts, outbox, registry, signup, status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.registry import RegionalCouncil
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.ui.widgets.links import Links
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.signup import SignupClaim


class _Shown(NamedTuple):
    """What the screen reads in one go."""

    drafts: tuple[SignupDraft, ...]
    progress: tuple[SignupProgress, ...]
    network_code: str | None
    councils: tuple[RegionalCouncil, ...]


class SignupsScreen(QWidget):
    """Everything about creating a Comptexpert."""

    title = "Mes inscriptions"
    sign_in_wanted = Signal()

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        links: Links,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._clock, self._new_id = tasks, clock, new_id
        self._followed = ""
        self.list = SignupsList()
        self.wizard = SignupWizard(tasks, clock=clock, new_id=new_id)
        self.next_page = NextPage()
        self.files = CouncilFiles(
            tasks, card=self.next_page.council, links=links, clock=clock, new_id=new_id, parent=self
        )
        self.draft_files = DraftFiles(tasks, new_id=new_id, parent=self)
        self._next_frame = Page(width=WIDTH, centred=True)
        self._next_frame.body.addWidget(self.next_page)
        self.stack = QStackedWidget()
        for page in (self.list, self.wizard, self._next_frame):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._connect()
        changes.listen(self, Topic.DRAFTS, Topic.SIGNUPS, Topic.OUTBOX, Topic.NETWORK, call=self.reload)

    def activate(self) -> None:
        """Read everything again; what was open stays open."""
        self.reload()

    def keep(self) -> None:
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

    def follow(self, outbox_id: str) -> None:
        """Show what happens to a request."""
        self._followed = outbox_id
        self._tasks.read(self, _read, self._show_next, failed=self._fail)

    def reload(self) -> None:
        """Read the drafts and the requests again."""
        self._tasks.read(self, _read, self._show, failed=self._fail, channel="signups")

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

    def _correct(self, progress: SignupProgress) -> None:
        refusal = messages.for_code(progress.code, data=progress.answer)
        work = partial(signup.reopen, outbox_id=progress.outbox_id, now=self._clock())
        self._tasks.write(self, work, partial(self._reopened, refusal), failed=self._fail)

    def _correct_followed(self, outbox_id: str) -> None:
        def found(shown: _Shown) -> None:
            for progress in shown.progress:
                if progress.outbox_id == outbox_id:
                    self._correct(progress)

        self._tasks.read(self, _read, found, failed=self._fail)

    def _reopened(self, refusal: messages.Message) -> None:
        self._followed = ""

        def newest(kept: tuple[SignupDraft, ...]) -> None:
            if kept:
                self.resume(kept[0], refusal=refusal)

        self._tasks.read(self, signup.drafts, newest, failed=self._fail)

    def _retry(self, outbox_id: str) -> None:
        work = partial(outbox.retry, outbox_id=outbox_id, now=self._clock())
        self._tasks.write(self, work, failed=self._fail)

    def _resend(self, outbox_id: str) -> None:
        self._tasks.read(
            self, partial(signup.claim_of, outbox_id=outbox_id), partial(self._ask_again, outbox_id), failed=self._fail
        )

    def _ask_again(self, outbox_id: str, claim: SignupClaim | None) -> None:
        if claim is not None:
            self._tasks.call(
                self,
                partial(signup.resend, claim=claim),
                partial(self._asked_again, outbox_id),
                failed=self._fail,
            )

    def _asked_again(self, outbox_id: str, status: SignupStatus) -> None:
        self._tasks.write(self, partial(signup.resent, outbox_id=outbox_id, status=status), failed=self._fail)
        if status is SignupStatus.ACTIVATED:
            self._tell(messages.for_code("ACT_ALREADY_DONE"))
        else:
            self._banner.show_message(
                "Un nouveau courriel d’activation est en route. Il remplace le précédent.", tone="success"
            )

    def _duplicate(self, draft: SignupDraft) -> None:
        work = partial(drafts.duplicate, draft=draft, now=self._clock(), new_id=self._new_id())
        self._tasks.write(self, work, failed=self._fail)

    def _open_draft(self, draft: SignupDraft) -> None:
        """Keep what a file held as a draft of its own, and take it up."""
        now = self._clock()
        kept = replace(draft, updated_at=now)
        work = partial(signup.save_draft, draft=draft, now=now)
        self._tasks.write(self, work, partial(self.resume, kept), failed=self._fail)

    def _discard_draft(self, draft: SignupDraft) -> None:
        confirm(
            self,
            title="Abandonner ce brouillon ?",
            text="Ce que vous avez saisi sera effacé de ce poste.",
            action="Abandonner",
            done=lambda: self._tasks.write(self, partial(signup.discard_draft, draft_id=draft.id), failed=self._fail),
        )

    def _discard(self, progress: SignupProgress) -> None:
        confirm(
            self,
            title="Retirer cette demande de ce poste ?",
            text="Une demande déjà envoyée continue sa route : le courriel d’activation reste valable.",
            action="Retirer",
            done=lambda: self._tasks.write(
                self, partial(outbox.discard, outbox_id=progress.outbox_id), failed=self._fail
            ),
        )

    def _fail(self, error: ComptexpertError) -> None:
        self._tell(messages.for_error(error))

    def _tell(self, message: messages.Message) -> None:
        self._banner.show_message(message.body, tone=message.tone, title=message.title)

    @property
    def _banner(self) -> Banner:
        """The banner of the page that is shown."""
        shown = self.stack.currentWidget()
        if shown is self.wizard:
            return self.wizard.banner
        return self.next_page.banner if shown is self._next_frame else self.list.banner

    def _connect(self) -> None:
        listed = self.list
        listed.new_wanted.connect(self.start_new)
        listed.resume_wanted.connect(self.resume)
        listed.discard_draft_wanted.connect(self._discard_draft)
        listed.duplicate_wanted.connect(self._duplicate)
        listed.export_wanted.connect(self.draft_files.save)
        listed.open_file_wanted.connect(self.draft_files.open)
        listed.correct_wanted.connect(self._correct)
        listed.retry_wanted.connect(self._retry)
        listed.resend_wanted.connect(self._resend)
        listed.discard_wanted.connect(self._discard)
        listed.details_wanted.connect(lambda progress: self.follow(progress.outbox_id))
        listed.sign_in_wanted.connect(self.sign_in_wanted)
        self.wizard.submitted.connect(self.follow)
        self.wizard.left.connect(self.show_list)
        self.next_page.correct.connect(self._correct_followed)
        self.next_page.retry.connect(self._retry)
        self.next_page.resend.connect(self._resend)
        self.next_page.sign_in.connect(self.sign_in_wanted)
        self.next_page.close_wanted.connect(self.show_list)
        self.files.told.connect(lambda text, tone: self._banner.show_message(text, tone=tone))
        self.files.failed.connect(self._fail)
        self.wizard.save_wanted.connect(self.draft_files.save)
        self.draft_files.told.connect(lambda text, tone: self._banner.show_message(text, tone=tone))
        self.draft_files.failed.connect(self._fail)
        self.draft_files.opened.connect(self._open_draft)


def _read(stores: Stores) -> _Shown:
    kept, progress = signup.drafts(stores), signup.progress(stores)
    return _Shown(kept, progress, status.summary(stores).network, registry.councils(stores))
