"""Notice that the machine's policy changed under the open window: what can hold at once does, the rest is said."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from comptexpert_desktop.app import logs
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.settings import load, policy_changes, sources
from comptexpert_desktop.ui.desktop.policy_banner import PolicyBanner
from comptexpert_desktop.ui.destinations import SETTINGS, VAULT

if TYPE_CHECKING:
    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.ui.window.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Gateways

log = logging.getLogger(__name__)

EVERY_MS = 5 * 60 * 1000
"""The registry and profiles say nothing when they change; a file written in place does not either."""


class PolicyWatch(QObject):
    """Reads the machine's settings again; nothing restarts by itself, and what is typed stays."""

    def __init__(self, running: RunningApp, content: MainWindow, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running, self._content = running, content
        self._said: tuple[object, ...] = ((), "")
        self.banner: PolicyBanner | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        folder = sources.POLICY_FILE.parent
        if folder.is_dir():
            self._watcher = QFileSystemWatcher([str(folder)], self)
            self._watcher.directoryChanged.connect(self.look)

    def look(self) -> None:
        """Read what the machine says now, in the background."""
        work = partial(_read, settings=self._running.preferences.settings)
        self._running.tasks.call(self, work, self._compare, failed=self._say_nothing, channel="policy")

    def _compare(self, now: Settings) -> None:
        change = policy_changes.compare(self._running.preferences.settings, now=now)
        if change.at_once:
            self._take(change.settings)
        for name in change.at_once:
            log.info("policy: %s holds from now on", name)
        said = (change.later, change.refusal.code if change.refusal else "")
        if change.at_once or said != self._said:
            self._said = said
            self._banner().show_change(change)

    def _take(self, settings: Settings) -> None:
        """Let what is read at each use be read as it is now; the screens that show settings are built again."""
        preferences = self._running.preferences
        preferences.settings = settings
        logs.follow(settings)
        self._running.follow_colours()
        self._content.stack.renew(SETTINGS, VAULT)
        self._running.changes.announce(frozenset({Topic.SETTINGS}))

    def _banner(self) -> PolicyBanner:
        if self.banner is None:
            self.banner = PolicyBanner()
            self._content.status.banners.add(self.banner)
        return self.banner

    def _say_nothing(self, error: Exception) -> None:
        log.info("policy: %s", error)


def _read(_gateways: Gateways, *, settings: Settings) -> Settings:
    """Read the settings as the same start would now; what it would refuse is told in them."""
    folder = settings.resolved.get("data_dir")
    return load(
        server=settings.server_url if settings.server_source == "argument" else None,
        data_dir=str(settings.data_dir) if folder is None or folder.source == "argument" else None,
        is_lenient=True,
    )
