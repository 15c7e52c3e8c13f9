"""The screens of the navigation, each imported and built the first time that it is opened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.ui.main_window import DELEGATIONS, NOTICES, OUTBOX, SIGNUPS, VAULT, MainWindow, ScreenPlan
from comptexpert_desktop.ui.navigation import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.session.idle import LockDelay
    from comptexpert_desktop.ui.widgets.links import Links

# ruff: noqa: PLC0415  start-up time: a screen is imported when it is opened

REVIEWS = "reviews"


class Means(NamedTuple):
    """What the screens need beside the tasks and the changes."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    links: Links
    settings: Settings

    def lock_delay(self) -> LockDelay:
        """Tell after how long the window locks."""
        from comptexpert_desktop.ui.session.idle import LockDelay

        settings = self.settings
        most = settings.lock_minutes if settings.lock_is_imposed else 0
        return LockDelay(settings.data_dir, default=settings.lock_minutes, most=most)


def plans(means: Means) -> tuple[ScreenPlan, ...]:
    """List the screens in the order of the navigation."""

    def signups(window: MainWindow) -> QWidget:
        from comptexpert_desktop.ui.signup.signups_screen import SignupsScreen

        screen = SignupsScreen(window.tasks, window.changes, clock=means.clock, new_id=means.new_id, links=means.links)
        screen.sign_in_wanted.connect(window.start_sign_in)
        return screen

    def outbox(window: MainWindow) -> QWidget:
        from comptexpert_desktop.ui.outbox.screen import OutboxScreen

        screen = OutboxScreen(window.tasks, window.changes, clock=means.clock)
        screen.sign_in_wanted.connect(window.start_sign_in)
        return screen

    def services(window: MainWindow) -> QWidget:
        from comptexpert_desktop.ui.services.screen import ServicesScreen

        screen = ServicesScreen(window.tasks, window.changes, links=means.links)
        screen.sign_in_wanted.connect(window.start_sign_in)
        screen.request_wanted.connect(window.start_request)
        return screen

    def preferences(window: MainWindow) -> QWidget:
        from comptexpert_desktop.ui.settings.screen import SettingsScreen

        screen = SettingsScreen(
            window.tasks,
            window.changes,
            clock=means.clock,
            server_url=means.settings.server_url,
            data_dir=means.settings.data_dir,
            server_is_locked=means.settings.server_is_locked,
            told=means.settings.told,
        )
        screen.vault_wanted.connect(lambda: window.open(VAULT))
        screen.sync_wanted.connect(window.sync.wake)
        return screen

    return (
        ScreenPlan(Place(SIGNUPS, "Mes inscriptions", "user-plus"), signups),
        ScreenPlan(Place(DELEGATIONS, "Délégations", "handshake"), partial(_delegations, means=means)),
        ScreenPlan(Place("firm", "Cabinet", "building"), partial(_firm, means=means)),
        ScreenPlan(Place("services", "Mes services", "grid"), services),
        ScreenPlan(Place(OUTBOX, "Boîte d’envoi", "outbox"), outbox),
        ScreenPlan(Place(NOTICES, "Notifications", "bell"), partial(_notices, means=means)),
        ScreenPlan(Place("settings", "Réglages", "settings"), preferences),
        ScreenPlan(Place(REVIEWS, "Revue annuelle", "list"), partial(_reviews, means=means), is_in_rail=False),
        ScreenPlan(Place(VAULT, "Identifiants enregistrés", "key"), partial(_vault, means=means), is_in_rail=False),
    )


def _notices(window: MainWindow, *, means: Means) -> QWidget:
    from comptexpert_desktop.ui.notices import leading

    return leading.screen_for(window, clock=means.clock)


def _reviews(window: MainWindow, *, means: Means) -> QWidget:
    from comptexpert_desktop.ui.reviews.screen import ReviewsScreen

    screen = ReviewsScreen(window.tasks, window.changes, clock=means.clock, new_id=means.new_id)
    screen.sign_in_wanted.connect(window.start_sign_in)
    return screen


def _delegations(window: MainWindow, *, means: Means) -> QWidget:
    from comptexpert_desktop.ui.delegations.screen import DelegationsScreen

    screen = DelegationsScreen(window.tasks, window.changes, clock=means.clock, new_id=means.new_id, links=means.links)
    screen.sign_in_wanted.connect(window.start_sign_in)
    screen.outbox_wanted.connect(lambda: window.open(OUTBOX))
    screen.title_changed.connect(lambda title: window.navigation.set_label(DELEGATIONS, title))
    return screen


def _firm(window: MainWindow, *, means: Means) -> QWidget:
    from comptexpert_desktop.ui.firm.screen import FirmScreen

    screen = FirmScreen(window.tasks, window.changes, clock=means.clock, new_id=means.new_id, links=means.links)
    screen.reviews_wanted.connect(window.open_review)
    screen.sign_in_wanted.connect(window.start_sign_in)
    screen.invite_wanted.connect(window.start_request)
    return screen


def _vault(window: MainWindow, *, means: Means) -> QWidget:
    from comptexpert_desktop.ui.vault.screen import VaultScreen

    screen = VaultScreen(window.tasks, window.changes, clock=means.clock, lock_delay=means.lock_delay())
    screen.lock_wanted.connect(window.cover().lock)
    screen.sign_in_wanted.connect(window.start_sign_in)
    screen.switched.connect(window.after_switch)
    return screen
