"""The main window: a table of contents that opens the screens, shows the status, and does nothing itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import icons, messages
from comptexpert_desktop.ui.home import HomeScreen
from comptexpert_desktop.ui.navigation import Navigation, Place
from comptexpert_desktop.ui.session.notices import Remedy, diagnostic, notice_of
from comptexpert_desktop.ui.session.sign_in import SignIn
from comptexpert_desktop.ui.session.sign_in_screen import SignInScreen
from comptexpert_desktop.ui.status_words import status_of
from comptexpert_desktop.ui.trouble_page import TroublePage
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import ModuleType

    from PySide6.QtGui import QCloseEvent

    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError, StoreError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.registry_bar import RegistryBar
    from comptexpert_desktop.ui.session.cover import Cover
    from comptexpert_desktop.ui.sync_loop import SyncLoop
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores
    from comptexpert_desktop.usecases.status import StatusSummary

HOME, SIGN_IN, SIGNUPS, DELEGATIONS, OUTBOX = "home", "sign-in", "signups", "delegations", "outbox"
NOTICES = "notices"
VAULT, SETTINGS = "vault", "settings"
DEFAULT_SIZE = (1200, 780)
SMALLEST_SIZE = (900, 600)


class Screen(Protocol):
    """What the window asks of a screen."""

    def activate(self) -> None:
        """Read again what is shown, and take the keyboard."""


class ScreenPlan(NamedTuple):
    """A screen, built the first time that it is opened."""

    place: Place
    build: Callable[[MainWindow], QWidget]
    is_in_rail: bool = True
    """Its place has a button in the navigation; another screen leads to the others."""


class MainWindow(QMainWindow):
    """Navigation on the left, a notice above, the open screen below; it stands in the `BareWindow`."""

    status_told = Signal(object)
    """A `Status`, each time that it is read."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        sync: SyncLoop,
        *,
        clock: Callable[[], datetime],
        plans: Sequence[ScreenPlan],
        server_url: str,
        lock_minutes: Callable[[], int] | None = None,
    ) -> None:
        super().__init__()
        self._lock_minutes = lock_minutes or int
        self._cover: Cover | None = None
        self._registry_bar: RegistryBar | None = None
        self.tasks, self.changes, self.sync, self.clock = tasks, changes, sync, clock
        self.sign_in = SignIn(tasks, clock=clock, parent=self)
        self._plans = {plan.place.key: plan for plan in plans}
        self._screens: dict[str, QWidget] = {}
        self._key = HOME
        self._is_signed_in = False
        self._host = QUrl(server_url).host()
        self.home = HomeScreen(tasks, changes)
        self.navigation = Navigation(
            [Place(HOME, "Accueil", "home"), *(plan.place for plan in plans if plan.is_in_rail)]
        )
        self.notice = Banner(name="noticeBanner")
        self.trouble = Banner(name="troubleBanner")
        self.notices = Notices([self.notice, self.trouble])
        self.stack = QStackedWidget()
        self.setWindowTitle("Comptexpert")
        self.resize(*DEFAULT_SIZE)
        self.setMinimumSize(*SMALLEST_SIZE)
        self.setWindowIcon(icons.icon("logo", "accent", size=64))
        self._build()
        self._connect()

    def start(self) -> None:
        """Begin to read and to synchronise; called after the first frame."""
        self.navigation.add_shortcuts()
        self.cover()
        self.reload()
        self._count_notices()
        self.home.activate()
        self.sync.wake()

    def open(self, key: str) -> QWidget:
        """Open a screen, built now if it was never opened."""
        screen = self.screen_of(key)
        self._key = key
        self.trouble.clear()
        self.stack.setCurrentWidget(screen)
        self.navigation.light(key)
        cast("Screen", screen).activate()
        return screen

    def screen_of(self, key: str) -> QWidget:
        """Return a screen, built now if it was never opened."""
        if key not in self._screens:
            self._screens[key] = self._plans[key].build(self)
            self.stack.addWidget(self._screens[key])
        return self._screens[key]

    def start_sign_in(self) -> None:
        """Open the browser, and the screen that waits for it.

        Somebody who is signed in already is asked for his password again: a decision wants a fresh proof.
        """
        if SIGN_IN not in self._screens:
            screen = SignInScreen(self.sign_in)
            screen.left.connect(lambda: self.open(HOME))
            self._screens[SIGN_IN] = screen
            self.stack.addWidget(screen)
        self.open(SIGN_IN)
        self.sign_in.start(fresh=self._is_signed_in)

    def switch_account(self, account_id: str) -> None:
        """Put another account of this machine at the desk."""
        self.sign_in.cancel()
        self.tasks.write(self, partial(_switch, account_id=account_id), self.after_switch)

    def after_switch(self) -> None:
        """Show what the other account sees, from the start."""
        self.open(HOME)
        self.sync.wake()

    def cover(self) -> Cover:
        """Return what covers the window while the desk is locked, made at the first need."""
        if self._cover is None:
            # Imported after the first frame, which it does not concern.
            from comptexpert_desktop.ui.session.cover import Cover  # noqa: PLC0415

            self._cover = Cover(
                self, tasks=self.tasks, sign_in=self.sign_in, reload=self.reload, minutes=self._lock_minutes
            )
            self._cover.changed_hands.connect(self.after_switch)
        return self._cover

    def start_signup(self) -> None:
        """Open the sign-up wizard on a blank form."""
        screen = self.open(SIGNUPS)
        start_new = getattr(screen, "start_new", None)
        if start_new is not None:
            start_new()

    def start_request(self, service: str = "") -> None:
        """Open the form that asks for a delegation, for a service when one is known."""
        screen = self.open(DELEGATIONS)
        open_request = getattr(screen, "open_request", None)
        if open_request is not None:
            open_request(service)

    def start_proxy_sign_in(self) -> None:
        """Ask who the person is to the proxy, in the settings."""
        screen = self.open(SETTINGS)
        ask_proxy = getattr(screen, "ask_proxy", None)
        if ask_proxy is not None:
            ask_proxy()

    def open_review(self, firm_id: str = "") -> None:
        """Open the yearly review of a firm; of the one that has an open review when none is named."""
        screen = self.open("reviews")
        show_firm = getattr(screen, "show_firm", None)
        if show_firm is not None:
            show_firm(firm_id)

    def ask_sign_out(self) -> None:
        """Ask before the session ends."""
        confirm(
            self,
            title="Se déconnecter ?",
            text="Les envois en attente de ce compte restent gardés et chiffrés. Ils partiront à votre prochaine "
            "connexion.",
            action="Se déconnecter",
            tone="primary",
            done=self.sign_in.sign_out,
        )

    def reload(self) -> None:
        """Read the status again."""
        self.tasks.read(self, _summary, self._show_summary, channel="status")

    def show_store_trouble(self, error: StoreError) -> None:
        """Replace everything by the page that says which file cannot be used."""
        if isinstance(self.centralWidget(), TroublePage):
            return
        self.sync.stop()
        page = TroublePage(error)
        page.quit_wanted.connect(self.window().close)
        before = self.takeCentralWidget()
        if before is not None:
            before.setParent(self)  # kept: tasks on their way still speak to its screens
        self.setCentralWidget(page)
        page.quit_button.setFocus()

    def show_error(self, error: ComptexpertError) -> None:
        """Show an error that no screen asked for."""
        message = messages.for_error(error)
        self.trouble.show_message(message.body, tone=message.tone, title=message.title)

    def keep(self) -> None:
        """Let every screen put on disk what was entered."""
        for screen in self._screens.values():
            keep = getattr(screen, "keep", None)
            if keep is not None:
                keep()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up what waits, and let the application end its work; a form is kept by its screen when it hides."""
        self.sign_in.cancel()
        super().closeEvent(event)

    def _show_summary(self, summary: StatusSummary) -> None:
        status = status_of(summary, now=self.clock())
        self.navigation.status.show_status(status)
        self.status_told.emit(status)
        self.navigation.account.show_account(summary)
        self._is_signed_in = summary.is_signed_in and not summary.session_code
        self.cover().follow(summary)
        notice = notice_of(summary, host=self._host)
        if notice is None:
            self.notice.clear()
            return
        acts: dict[Remedy, Callable[[], object]] = {
            Remedy.SIGN_IN: self.start_sign_in,
            Remedy.UNLOCK: self._unlock,
            Remedy.SYNC: self.sync.wake,
            Remedy.PROXY: self.start_proxy_sign_in,
            Remedy.COPY: partial(self._copy_diagnostic, summary),
        }
        self.notice.show_message(
            notice.text, tone=notice.tone, title=notice.title, action_text=notice.action, action=acts[notice.remedy]
        )

    def _count_notices(self) -> None:
        if NOTICES in self.navigation.buttons:
            self.tasks.read(self, _notices_label, partial(self.navigation.set_label, NOTICES), channel="notices-label")

    def _show_registry_bar(self, share: float) -> None:
        if self._registry_bar is not None:
            return
        # Made by the first long import, which most windows never see.
        from comptexpert_desktop.ui.registry_bar import RegistryBar  # noqa: PLC0415

        self._registry_bar = RegistryBar(self.sync.gauge)
        self._registry_bar.given_up.connect(self._say_registry_given_up)
        self._right.insertWidget(0, self._registry_bar)
        self._registry_bar.show_share(share)

    def _say_registry_given_up(self) -> None:
        self.trouble.show_message(
            "La mise à jour de l’annuaire est interrompue. La copie en place reste en service. Un nouvel essai aura "
            "lieu dans une heure.",
            tone="info",
        )

    def _copy_diagnostic(self, summary: StatusSummary) -> None:
        QGuiApplication.clipboard().setText(diagnostic(summary, host=self._host, now=self.clock()))

    def _unlock(self) -> None:
        self.tasks.write(self, _unlock_vault, self.reload, failed=self._still_locked)

    def _still_locked(self, error: ComptexpertError) -> None:
        self.reload()
        self.show_error(error)

    def _after_sign_in(self) -> None:
        if self._key == SIGN_IN:
            self.open(HOME)
        self.sync.wake()

    def _after_sign_out(self, told: bool) -> None:  # noqa: FBT001  the signal's value
        self.open(HOME)
        if not told:
            self.trouble.show_message(
                "Vous êtes déconnecté sur ce poste. Le serveur n’a pas pu être prévenu : la session y prendra fin "
                "d’elle-même.",
                tone="warning",
            )

    def _build(self) -> None:
        self.stack.addWidget(self.home)
        self._screens[HOME] = self.home
        self.navigation.light(HOME)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.notices)
        self._right = right
        right.addWidget(self.stack, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.open)
        self.navigation.account.sign_in_wanted.connect(self.start_sign_in)
        self.navigation.account.sign_out_wanted.connect(self.ask_sign_out)
        self.navigation.account.lock_wanted.connect(lambda: self.cover().lock())
        self.navigation.account.switch_wanted.connect(self.switch_account)
        self.navigation.account.accounts_wanted.connect(lambda: self.open(VAULT))
        self.navigation.status.sync_wanted.connect(self.sync.wake)
        self.sync.gauge.told.connect(self._show_registry_bar)
        self.sync.turning.connect(lambda turning: self.navigation.status.show_turning(turning=turning))
        self.home.create_wanted.connect(self.start_signup)
        self.home.sign_in_wanted.connect(self.start_sign_in)
        self.home.open_wanted.connect(self.open)
        self.sign_in.succeeded.connect(self._after_sign_in)
        self.sign_in.signed_out.connect(self._after_sign_out)
        self.tasks.failed.connect(self.show_error)
        self.tasks.store_unusable.connect(self.show_store_trouble)
        topics = (Topic.SESSION, Topic.OUTBOX, Topic.DELEGATIONS, Topic.NETWORK, Topic.SIGNUPS, Topic.DRAFTS)
        self.changes.listen(self, *topics, call=self.reload)
        self.changes.listen(self, Topic.NOTICES, Topic.SESSION, call=self._count_notices)


def _notices_label(stores: Stores) -> str:
    return cast("str", _work().notices_label(stores))


def _summary(stores: Stores) -> StatusSummary:
    return cast("StatusSummary", _work().summary(stores))


def _switch(stores: Stores, *, account_id: str) -> Topics:
    return cast("Topics", _work().switch(stores, account_id=account_id))


def _work() -> ModuleType:
    # Imported in the background: it brings the parts of the store with it.
    from comptexpert_desktop.ui import window_work  # noqa: PLC0415

    return window_work


def _unlock_vault(stores: Stores) -> Topics:
    stores.unlock()
    return frozenset(Topic)
