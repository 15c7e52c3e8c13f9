"""The application that the campaign kills: the real window, and commands queued as each use case queues them.

It prints « kept » at the moment when the window would say « enregistré », never before.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from comptexpert_desktop.desktop import window
from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import TYPES, SignUp, is_anonymous
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.settings import load
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.signup import signup
from tests.campaigns.clock import now

if TYPE_CHECKING:
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores


def queue(stores: Stores, asked: list[dict[str, object]]) -> Topics:
    """Queue each command under its id; the form of a sign-up goes the whole way."""
    for one in asked:
        outbox_id = str(one["id"])
        command = codec.read(TYPES[Kind(str(one["kind"]))], one["command"])
        if isinstance(command, SignUp) and command.form is not None:
            signup.submit(stores, draft=command.form, now=now(), new_id=outbox_id)
            continue
        file = stores.signups if is_anonymous(command) else stores.account
        assert file is not None
        assert outbox_store.add(file, command, outbox_id=outbox_id, subject="Campagne", now=now())
    return frozenset({Topic.OUTBOX})


def main(data_dir: str, server: str, asked: str) -> int:
    """Show the window, queue what is asked, and go on until somebody kills it."""
    running = window.build(load(server=server, data_dir=data_dir))
    running.show()
    wanted = json.loads(asked)

    def begin() -> None:
        running.tasks.write(running.window, lambda stores: queue(stores, wanted), lambda: print("kept", flush=True))

    QTimer.singleShot(0, begin)
    return running.application.exec()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
