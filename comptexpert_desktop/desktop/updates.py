"""Look once a day whether the publisher says that a newer version exists; tell it calmly, and never fetch it."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl

from comptexpert_desktop import __version__
from comptexpert_desktop.app import wiring
from comptexpert_desktop.ui.desktop.update_banner import UpdateBanner
from comptexpert_desktop.ui.look import resources
from comptexpert_desktop.ui.widgets.links import Links

if TYPE_CHECKING:
    from comptexpert_desktop.app.application import RunningApp
    from comptexpert_desktop.domain.release import Release
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.window.main_window import MainWindow

log = logging.getLogger(__name__)

FIRST_MS = 10_000
"""After the start, whose own exchanges come first."""
EVERY_MS = 24 * 3600 * 1000


class UpdateNotice(QObject):
    """Says nothing unless the publisher's signature, the version and the settings all agree."""

    def __init__(
        self,
        running: RunningApp,
        content: MainWindow,
        *,
        version: str = __version__,
        key: str | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        resolved = running.settings.resolved
        self._address = str(resolved["updates_url"].value) if "updates_url" in resolved else ""
        is_on = bool(resolved["update_notice"].value) if "update_notice" in resolved else True
        self._running, self._content, self._version = running, content, version
        self._key = resources.text("updates", "publisher.pub") if key is None else key
        self._hidden = ""
        self.banner: UpdateBanner | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        if self._address and is_on:
            self._timer.start()
            QTimer.singleShot(FIRST_MS, self, self.look)

    @property
    def is_looking(self) -> bool:
        """Tell whether anything is asked at all."""
        return self._timer.isActive()

    def look(self) -> None:
        """Ask now."""
        work = partial(
            wiring.find_release, address=self._address, key=self._key, network=self._running.settings.network
        )
        self._running.tasks.call(self, work, self._compare, failed=self._say_nothing)

    def _compare(self, release: Release | None) -> None:
        if release is None or not release.is_newer_than(self._version):
            log.info("update notice: nothing newer")
            return
        if release.version == self._hidden:
            return
        if self.banner is None:
            self.banner = UpdateBanner()
            self.banner.hidden_by_person.connect(self._hide)
            self._content.status.banners.add(self.banner)
        links = Links(server_url=self._running.settings.server_url, hosts=(QUrl(self._address).host(),))
        opens = partial(links.open, release.url) if links.is_allowed(release.url) else None
        self.banner.show_release(release.version, open_page=opens)

    def _hide(self, version: str) -> None:
        self._hidden = version

    def _say_nothing(self, error: ComptexpertError) -> None:
        log.info("update notice: %s", error.code)
