"""Look once a day whether the publisher says that a newer version exists; tell it calmly, and never fetch it."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl

from comptexpert_desktop import __version__
from comptexpert_desktop.ui import resources
from comptexpert_desktop.ui.life.update_banner import UpdateBanner
from comptexpert_desktop.ui.widgets.links import Links

if TYPE_CHECKING:
    from comptexpert_desktop.adapters.updates import Release
    from comptexpert_desktop.app.running import RunningApp
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.settings import Network
    from comptexpert_desktop.ui.main_window import MainWindow
    from comptexpert_desktop.usecases.ports import Doors

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
        told = running.settings.told
        self._address = str(told["updates_url"].value) if "updates_url" in told else ""
        is_on = bool(told["update_notice"].value) if "update_notice" in told else True
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
        work = partial(_look, address=self._address, key=self._key, network=self._running.settings.network)
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
            self._content.notices.add(self.banner)
        links = Links(server_url=self._running.settings.server_url, hosts=(QUrl(self._address).host(),))
        opens = partial(links.open, release.url) if links.is_allowed(release.url) else None
        self.banner.show_release(release.version, open_page=opens)

    def _hide(self, version: str) -> None:
        self._hidden = version

    def _say_nothing(self, error: ComptexpertError) -> None:
        log.info("update notice: %s", error.code)


def _look(doors: Doors, *, address: str, key: str, network: Network) -> Release | None:
    # Imported in the background: what is behind a door never delays the window.
    from comptexpert_desktop.adapters import network_probe, updates  # noqa: PLC0415

    publisher = updates.public_key(key)
    if publisher is None:
        log.info("update notice: the publisher has no key")
        return None
    access = doors.network.access if isinstance(doors.network, network_probe.NetworkProbe) else None
    return updates.fetch(address, key=publisher, network=network, access=access)
