"""What is said above every screen: a notice that lasts as long as its reason, and an error that nobody asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation.session.status_notice import Remedy, diagnostic, notice_of
from comptexpert_desktop.ui.destinations import ProxySignIn
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.banner_stack import Notices
from comptexpert_desktop.usecases.support import local_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.ui.window import queries
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.support.status import StatusSummary

if not TYPE_CHECKING:  # with the first reading, in the background: it brings the parts of the store with it
    queries = lazy("comptexpert_desktop.ui.window.queries")

TOPICS = (Topic.SESSION, Topic.OUTBOX, Topic.DELEGATIONS, Topic.NETWORK, Topic.SIGNUPS, Topic.DRAFTS)


class StatusNotices(QObject):
    """Reads the status, and says what hinders the work."""

    read = Signal(object)
    """The `StatusSummary` that was just read."""

    def __init__(self, context: ScreenContext, *, host: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._host = context, host
        self.notice = Banner(name="noticeBanner")
        self.trouble = Banner(name="troubleBanner")
        self._closed = ""
        """What the person closed: it is not said again while it stays the same."""
        self.notice.closed.connect(self._remember_closed)
        self._said = ""
        self.banners = Notices([self.notice, self.trouble])
        context.changes.listen(self, *TOPICS, call=self.reload)
        for place, one in context.preferences.settings.resolved.items():
            if one.problem == "USER_FILE_INVALID":
                self.show_error(StoreError(one.problem, data={"file": place}))

    def reload(self) -> None:
        """Read the status again."""
        self._context.tasks.read(self, _summary, self._show, channel="status")

    def show_error(self, error: ComptexpertError) -> None:
        """Show an error that no screen asked for."""
        self.trouble.show_error(error)

    def _show(self, summary: StatusSummary) -> None:
        self.read.emit(summary)
        notice = notice_of(summary, host=self._host)
        words = "" if notice is None else "\n".join(part for part in (notice.title, notice.text) if part)
        is_news, self._said = words != self._said, words
        if words != self._closed:
            self._closed = ""
        if notice is None or self._closed:
            self.notice.clear()
            return
        navigator = self._context.navigator
        acts: dict[Remedy, Callable[[], object]] = {
            Remedy.SIGN_IN: navigator.sign_in,
            Remedy.UNLOCK: self._unlock,
            Remedy.SEEN: partial(self._context.tasks.write, self, local_files.delete_troubles),
            Remedy.SYNC: navigator.synchronise,
            Remedy.PROXY: partial(navigator.open, ProxySignIn()),
            Remedy.COPY: partial(self._copy_diagnostic, summary),
        }
        self.notice.show_message(
            notice.text,
            tone=notice.tone,
            title=notice.title,
            action_text=notice.action,
            action=acts[notice.remedy],
            is_news=is_news,
        )

    def _remember_closed(self) -> None:
        self._closed = self._said

    def _copy_diagnostic(self, summary: StatusSummary) -> None:
        QGuiApplication.clipboard().setText(diagnostic(summary, host=self._host, now=self._context.clock()))

    def _unlock(self) -> None:
        self._context.tasks.write(self, _unlock_vault, self.reload, failed=self._still_locked)

    def _still_locked(self, error: ComptexpertError) -> None:
        self.reload()
        self.show_error(error)


def _summary(stores: Stores) -> StatusSummary:
    return queries.summary(stores)


def _unlock_vault(stores: Stores) -> Topics:
    stores.unlock()
    return frozenset(Topic)
