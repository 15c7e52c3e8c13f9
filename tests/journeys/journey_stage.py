"""The stage of a journey: one real server, one keyring and one real window, below a folder of the journey's own."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.rehearsal.stage import Stage
from comptexpert_desktop.settings import Settings
from tests import made_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from comptexpert_desktop.rehearsal.embedded import EmbeddedServer

ENTRIES = 200
"""How many entries the registry of a journey has: one for all, whose database is made once."""
MIN_PICTURE = 10_000
"""Bytes: a smaller picture shows an empty window."""
PICTURES = "COMPTEXPERT_JOURNEY_PICTURES"
"""Where the pictures are kept when somebody wants to look at them."""


class JourneyStage(Stage):
    """The stage, with what every journey does on it."""

    def name(self, case: str) -> str:
        """Return the name of a person as the window shows it."""
        person = self.person(case)
        return f"{person['given_name']} {person['surname'].upper()}"

    def come_in(self, case: str) -> None:
        """Sign somebody in."""
        person = self.person(case)
        self.sign_in(login_id=person["login_id"], name=person["surname"], password=person["password"])

    def leave(self) -> None:
        """Close the window."""
        self.app.close()

    def shoot(self, name: str) -> None:
        """Take a picture that shows something."""
        picture = self.pictures / f"{name}.png"
        self.robot.picture(picture)
        assert picture.stat().st_size > MIN_PICTURE


S = TypeVar("S", bound=JourneyStage)


@contextmanager
def staged(
    kind: type[S],
    folder: Path,
    *,
    prepare: Callable[[EmbeddedServer], object] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Iterator[S]:
    """Yield a stage whose window is shown and up to date, and where nobody is signed in; close its window afterwards.

    `prepare` is called with the server before the window is built; `clock` is the window's.
    """
    (folder / "server").mkdir(parents=True)
    with (
        secret_service.session() as service,
        service.inside(),
        running(folder / "server", entries=ENTRIES, cache=made_once.folder()) as server,
    ):
        if prepare is not None:
            prepare(server)
        app = window.build(Settings(server_url=server.url, data_dir=folder / "application"), clock=clock)
        app.show()
        made = kind(app, server=server, service=service, folder=folder, pictures=pictures_below(folder))
        try:
            made._cast = made_once.people(server)
            made.robot.wait_for_text("À jour", seconds=30)
            yield made
        finally:
            made.leave()


def pictures_below(folder: Path) -> Path:
    """Return the folder of the pictures: below the journey's own, unless somebody named another."""
    pictures = Path(os.environ[PICTURES]) if PICTURES in os.environ else folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    return pictures
