"""The rehearsal: the application on an embedded server with the fictitious registry, all on this machine."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.rehearsal.companion import Companion
from comptexpert_desktop.rehearsal.embedded import DEFAULT_ENTRIES, EmbeddedServer
from comptexpert_desktop.rehearsal.mailbox import Mailbox
from comptexpert_desktop.ui.widgets.links import Links

if TYPE_CHECKING:
    from comptexpert_desktop.settings import Settings


def main(settings: Settings, *, tour: str | None, entries: int | None) -> int:
    """Open the window on the embedded server, or play the tour and write its pictures below `tour`."""
    with (
        tempfile.TemporaryDirectory(prefix="comptexpert-rehearsal-", ignore_cleanup_errors=True) as name,
        secret_service.session() as service,
        service.inside(),
    ):
        folder = Path(name)
        server = EmbeddedServer(folder / "server", entries=entries or DEFAULT_ENTRIES, cache=_cache())
        own = replace(settings, server_url=server.url, data_dir=folder / "application")
        try:
            if tour is not None:
                # Imported here: only the tour needs the robots and Qt's test module.
                from comptexpert_desktop.rehearsal.tour import play  # noqa: PLC0415

                return play(own, server=server, service=service, pictures=Path(tour))
            return _open_window(own, server=server)
        finally:
            server.stop()


def _open_window(settings: Settings, *, server: EmbeddedServer) -> int:
    """Show the window at once; the server and the window beside it come up behind."""
    running = window.build(settings)
    opened: list[Companion] = []
    running.afterwards.append(lambda _content: opened.append(open_companion(running, server=server)))
    running.show()
    try:
        return running.application.exec()
    finally:
        running.close()


def open_companion(running: window.RunningApp, *, server: EmbeddedServer) -> Companion:
    """Show the people and their mails beside the main window, which keeps the keyboard."""
    links = Links(server_url=running.settings.server_url)
    companion = Companion(server=server, mailbox=Mailbox(server.mails), tasks=running.tasks, links=links)
    companion.ready.connect(running.sync.wake)
    companion.setWindowIcon(running.window.windowIcon())
    companion.stand_beside(running.window)
    companion.show()
    running.window.raise_()
    running.window.activateWindow()
    companion.start()
    return companion


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("comptexpert", appauthor=False))
