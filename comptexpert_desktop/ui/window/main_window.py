"""The main window: a table of contents that opens the screens, shows the status, and does nothing itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.presentation.status_words import connection_of, outbox_label, status_of, work_of
from comptexpert_desktop.settings.window_state import WindowState
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.destinations import ACCOUNT, HOME, NOTICES, OUTBOX, SIGN_IN, VAULT, Destination
from comptexpert_desktop.ui.look import icons, theme
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.session.sign_in import SignIn
from comptexpert_desktop.ui.widgets import banner
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.window.history import History
from comptexpert_desktop.ui.window.history import add_shortcuts as add_history_keys
from comptexpert_desktop.ui.window.home import HomeScreen
from comptexpert_desktop.ui.window.navigation import Navigation, NavItem
from comptexpert_desktop.ui.window.quitting import Quitting
from comptexpert_desktop.ui.window.screen_stack import ScreenSpec, ScreenStack
from comptexpert_desktop.ui.window.spoken import Spoken
from comptexpert_desktop.ui.window.status_notices import StatusNotices
from comptexpert_desktop.ui.window.trouble_page import TroublePage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import StoreError
    from comptexpert_desktop.runtime.changes import Changes
    from comptexpert_desktop.runtime.sync_loop import SyncLoop
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.settings import Preferences
    from comptexpert_desktop.ui.session import lock_overlay, sign_in_screen
    from comptexpert_desktop.ui.session.lock_overlay import Cover
    from comptexpert_desktop.ui.widgets.links import Links
    from comptexpert_desktop.ui.window import guide_dialog, keys_page, queries, registry_bar
    from comptexpert_desktop.ui.window.registry_bar import RegistryBar
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.support.status import StatusSummary

if not TYPE_CHECKING:  # after the first frame, which shows none of it
    guide_dialog = lazy("comptexpert_desktop.ui.window.guide_dialog")
    keys_page = lazy("comptexpert_desktop.ui.window.keys_page")
    lock_overlay = lazy("comptexpert_desktop.ui.session.lock_overlay")
    queries = lazy("comptexpert_desktop.ui.window.queries")
    registry_bar = lazy("comptexpert_desktop.ui.window.registry_bar")
    sign_in_screen = lazy("comptexpert_desktop.ui.session.sign_in_screen")

FOLDS_AT = 900
"""Below this width the navigation shows icons alone."""
GIVEN_UP = (
    "La mise à jour de l’annuaire est interrompue. La copie en place reste en service. Une nouvelle tentative aura "
    "lieu dans une heure."
)


class MainWindow(QWidget):
    """Navigation on the left, a notice above, the open screen below; it stands in the `BareWindow`."""

    status_read = Signal(object)
    """A `Status`, each time that it is read."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        sync: SyncLoop,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        links: Links,
        preferences: Preferences,
        specs: Sequence[ScreenSpec],
        window_state: WindowState | None = None,
    ) -> None:
        accessible.install()  # before the first part: a part that was asked for keeps its role
        super().__init__()
        self.tasks, self.changes, self.sync = tasks, changes, sync
        context = self.context = ScreenContext(
            tasks,
            changes,
            clock=clock,
            new_id=new_id,
            links=links,
            preferences=preferences,
            navigator=self,
            window_state=window_state or WindowState(),
        )
        self._cover: Cover | None = None
        self._registry_bar: RegistryBar | None = None
        self._is_signed_in = False
        self.may_grant = True
        """Whether the person grants delegations; True while nobody is signed in."""
        self.sign_in_flow = SignIn(context.tasks, clock=context.clock, parent=self)
        self.status = StatusNotices(context, host=QUrl(context.preferences.settings.server_url).host(), parent=self)
        self.home = HomeScreen(context)
        waiting = ScreenSpec(
            NavItem(SIGN_IN, "Connexion", "sign-in"),
            lambda made: sign_in_screen.SignInScreen(made, sign_in=self.sign_in_flow),
            is_in_rail=False,
        )
        self.stack = ScreenStack(context, [*specs, waiting])
        self.navigation = Navigation(
            [NavItem(HOME, "Accueil", "home"), *(spec.item for spec in specs if spec.is_in_rail)]
        )
        self.quitting = Quitting(self)
        self.history = History()
        self.spoken = Spoken(context, window=self, screen=self.stack.current)
        self.setWindowTitle(accessible.APPLICATION)
        self.setWindowIcon(icons.icon("logo", "accent", size=64))
        self._build()
        self._connect()

    def start(self) -> None:
        """Begin to read and to synchronise; called after the first frame."""
        self.navigation.add_shortcuts()
        keys_page.add_shortcuts(self)
        guide_dialog.add_shortcut(self)
        add_history_keys(self, self.history, show=partial(_show_destination, self))
        QShortcut(QKeySequence("F5"), self, self.synchronise)
        self.cover()
        self.status.reload()
        self._count_notices()
        self.home.activate()
        self.spoken.begin()
        self.sync.wake()

    # -- Navigator ------------------------------------------------------------------------------

    def open(self, destination: Destination) -> Screen:
        """Open a screen, show there what the destination says, and remember it for the way back."""
        self.history.add(destination)
        return _show_destination(self, destination)

    def rename(self, screen: str, title: str) -> None:
        """Call a screen by another name in the navigation."""
        self.navigation.set_label(screen, title)
        self.spoken.rename()

    def sign_in(self) -> None:
        """Open the browser, and the screen that waits for it.

        Somebody who is signed in already is asked for their password again: a decision wants a fresh proof.
        """
        self.open(Destination(SIGN_IN))
        self.sign_in_flow.start(fresh=self._is_signed_in)

    def switch_done(self) -> None:
        """Show what another account sees, from the start."""
        self.open(Destination(HOME))
        self.sync.wake()

    def lock(self) -> None:
        """Lock the window."""
        self.cover().lock()

    def synchronise(self) -> None:
        """Send and fetch now, what waits for its time too."""
        self.sync.ask()

    # -- The whole window -----------------------------------------------------------------------

    def cover(self) -> Cover:
        """Return what covers the window while it is locked, made at the first need."""
        if self._cover is None:
            self._cover = lock_overlay.Cover(
                self,
                show_page=self.show_page,
                tasks=self.tasks,
                sign_in=self.sign_in_flow,
                reload=self.status.reload,
                minutes=self.context.preferences.lock_minutes,
            )
            self._cover.changed_hands.connect(self.switch_done)
        return self._cover

    def show_page(self, page: QWidget | None) -> None:
        """Show one thing in place of everything; the screens again when it is None."""
        if isinstance(self.pages.currentWidget(), TroublePage):
            return
        if page is not None and self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page or self._whole)
        self.spoken.page_shown(page, is_locked=self._cover is not None and self._cover.is_on)

    def show_store_trouble(self, error: StoreError) -> None:
        """Replace everything by the page that says which file cannot be used."""
        if isinstance(self.pages.currentWidget(), TroublePage):
            return
        self.sync.stop()
        page = TroublePage(error)
        page.quit_requested.connect(self.window().close)
        self.show_page(page)
        page.quit_button.setFocus()

    def save(self) -> None:
        """Let every screen write down what was entered."""
        for screen in self.stack.built():
            screen.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up what waits, and let the application end its work; a form is kept by its screen when it hides."""
        self.sign_in_flow.cancel()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the navigation as icons where there is no room for its words."""
        self.navigation.fold(folded=event.size().width() < theme.scaled(FOLDS_AT))
        super().resizeEvent(event)

    def _show_summary(self, summary: StatusSummary) -> None:
        now = self.context.clock()
        work = work_of(summary)
        self.navigation.status.show_status(connection_of(summary, now=now))
        self.navigation.status.show_work(work)
        if OUTBOX in self.navigation.buttons:
            self.navigation.set_label(OUTBOX, outbox_label(summary))
        banner.show_red(self, is_red=work is not None and work.tone in {"danger", "warning"})
        self.status_read.emit(status_of(summary, now=now))
        self.navigation.account.show_account(summary)
        self._is_signed_in = summary.is_signed_in and not summary.session_code
        self.may_grant = summary.account is None or summary.account.may_grant
        self.quitting.follow(summary)
        self.cover().follow(summary)
        self.spoken.follow(summary)

    def _count_notices(self) -> None:
        if NOTICES in self.navigation.buttons:
            self.tasks.read(self, _notices_label, partial(self.rename, NOTICES), channel="notices-label")

    def _show_registry_bar(self, share: float) -> None:
        if self._registry_bar is not None:
            return
        self._registry_bar = registry_bar.RegistryBar(self.sync.gauge)
        self._registry_bar.given_up.connect(lambda: self.status.trouble.show_message(GIVEN_UP, tone="info"))
        self._right.insertWidget(0, self._registry_bar)
        self._registry_bar.show_share(share)

    def _after_sign_in(self) -> None:
        if self.stack.key == SIGN_IN:  # back to where the person was, on the line at hand
            _show_destination(self, self.history.leave() or Destination(HOME))
        self.sync.wake()

    def _build(self) -> None:
        self.stack.put(HOME, self.home)
        self.history.add(Destination(HOME))
        self.navigation.light(HOME)
        self._right = QVBoxLayout()
        self._right.setSpacing(0)
        self._right.addWidget(self.status.banners)
        self._right.addWidget(_scrolling(self.stack), 1)
        self._whole = QWidget()
        row = QHBoxLayout(self._whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(self._right, 1)
        self.pages = Pages()
        self.pages.addWidget(self._whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def _connect(self) -> None:
        account = self.navigation.account
        self.navigation.chosen.connect(lambda key: self.open(Destination(key)))
        account.sign_in_requested.connect(self.sign_in)
        account.sign_out_requested.connect(partial(ask_sign_out, self))
        account.lock_requested.connect(self.lock)
        account.switch_requested.connect(partial(switch_account, self))
        account.own_requested.connect(lambda: self.open(Destination(ACCOUNT)))
        account.accounts_requested.connect(lambda: self.open(Destination(VAULT)))
        self.navigation.status.sync_requested.connect(self.sync.ask)
        self.status.read.connect(self._show_summary)
        self.sync.gauge.announced.connect(self._show_registry_bar)
        self.sync.turning.connect(lambda turning: self.navigation.status.show_turning(turning=turning))
        self.sign_in_flow.succeeded.connect(self._after_sign_in)
        self.sign_in_flow.signed_out.connect(partial(_after_sign_out, self))
        self.tasks.failed.connect(self.status.show_error)
        self.tasks.store_unusable.connect(self.show_store_trouble)
        self.changes.listen(self, Topic.NOTICES, Topic.SESSION, call=self._count_notices)


def _scrolling(stack: QWidget) -> QScrollArea:
    """Let a screen scroll where the window is smaller than what it needs, so that everything can be reached."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(stack)
    return area


def _show_destination(window: MainWindow, destination: Destination) -> Screen:
    screen = window.stack.screen_of(destination.screen)
    window.status.trouble.clear()
    window.stack.show_screen(destination.screen)
    window.navigation.light(destination.screen)
    screen.arrive(destination)
    window.spoken.screen_opened()
    return screen


def ask_sign_out(window: MainWindow) -> None:
    """Ask before the session ends."""
    confirm(
        window,
        title="Se déconnecter\u00a0?",
        text="Les envois en attente de ce compte restent gardés et chiffrés. Ils partiront à votre prochaine "
        "connexion.",
        action="Se déconnecter",
        tone="primary",
        done=window.sign_in_flow.sign_out,
    )


def switch_account(window: MainWindow, account_id: str) -> None:
    """Show another account of this machine in the window."""
    window.sign_in_flow.cancel()
    window.tasks.write(window, partial(_switch, account_id=account_id), window.switch_done)


def _after_sign_out(window: MainWindow, reached_server: bool) -> None:  # noqa: FBT001  the signal's value
    window.open(Destination(HOME))
    if not reached_server:
        window.status.trouble.show_message(
            "Vous êtes déconnecté sur ce poste. Le serveur ne répond pas\u00a0: il l’apprendra dès qu’il sera joint, "
            "et y mettra fin à votre session.",
            tone="warning",
        )


# Functions of their own: a name is read from the lazy module in the background, where they run.


def _notices_label(stores: Stores) -> str:
    return queries.notices_label(stores)


def _switch(stores: Stores, *, account_id: str) -> Topics:
    return queries.switch(stores, account_id=account_id)
