"""The application that the campaign kills: the real window, one sign-up queued through the real path.

It prints the outbox id at the moment when the window would say « enregistré », never before.
"""

from __future__ import annotations

import sys
from functools import partial

from PySide6.QtCore import QTimer

from comptexpert_desktop.app import window
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.settings import load
from comptexpert_desktop.usecases import signup
from tests.campaigns.clock import now


def draft(number: int) -> SignupDraft:
    """Return what a fictitious person entered."""
    login_id = f"campagne.{number:05d}"
    return SignupDraft(
        id=DraftId(f"draft-{number}"),
        profile=Profile.OTHER,
        kind=OtherKind.STUDENT,
        email=f"{login_id}@rehearsal.example",
        given_name="Camille",
        surname=f"Campagne{number}",
        login_id=login_id,
        login_id_again=login_id,
    )


def main(data_dir: str, server: str, number: str, outbox_id: str) -> int:
    running = window.build(load(server=server, data_dir=data_dir))
    work = partial(signup.submit, draft=draft(int(number)), now=now(), new_id=outbox_id)

    def kept() -> None:
        print(outbox_id, flush=True)

    running.show()
    QTimer.singleShot(0, lambda: running.tasks.write(running.window, work, kept))
    return running.application.exec()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
