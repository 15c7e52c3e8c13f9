"""A server that was put back from a backup, as its people see it: what is offered again, and what must be done again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.domain.delegation import Action, Decision, Status
from comptexpert_desktop.errors import NotAllowed, Unreachable
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.sync import sync
from tests.desktop.ui.walks import words_of
from tests.desktop.usecases.test_signup import STAFF
from tests.fakes import a_delegation, an_account, new_uuid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desktop.ui.window_kit import WindowKit

FORM = "00000000-0000-4000-8000-0000000000f0"


@pytest.fixture
def restored(window_kit: WindowKit) -> WindowKit:
    """Revoke a right and ask for an account, then put the server back to before; nothing is offered again yet."""
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.tasks.start()  # the session renews its tokens in the store worker
    stores = window_kit.stores()
    live = a_delegation(grantor=an_account(), status=Status.ACTIVE)
    window_kit.server.delegations[live.id] = live
    sync.turn(stores, window_kit.gateways, now=window_kit.now)
    kept = window_kit.server.backup()
    new_id = new_uuid()
    decision = Decision(Action.REVOKE, note="Fin de mission")
    delegations.decide(stores, delegation_id=live.id, decision=decision, now=window_kit.now, new_id=new_id)
    signup.submit(stores, draft=STAFF, now=window_kit.now, new_id=FORM)
    sync.turn(stores, window_kit.gateways, now=window_kit.now)
    window_kit.server.restore(kept)
    window_kit.now += timedelta(minutes=5)
    sync.turn(stores, window_kit.gateways, now=window_kit.now)
    window_kit.server.refusals[f"/delegations/{live.id}/revoke"] = Unreachable(data={"sent": False})
    sync.turn(stores, window_kit.gateways, now=window_kit.now)
    stores.close()
    return window_kit


def test_a_revocation_is_loud_again_and_says_why(restored: WindowKit, qtbot: Any, tmp_path: Path) -> None:
    restored.show()
    screen = restored.window.open(Destination("outbox"))
    qtbot.waitUntil(lambda: "PAS ENCORE EFFECTIF" in words_of(restored.window))
    assert "Le serveur a été restauré depuis" in words_of(screen)
    assert "envoi est proposé de nouveau au serveur." in words_of(screen)
    assert "n’a pas quitté ce poste" not in words_of(screen)
    QCoreApplication.processEvents()
    assert restored.window.grab().save(str(tmp_path / "outbox.png"))


def test_a_forgotten_account_request_opens_its_form_again(restored: WindowKit, qtbot: Any, tmp_path: Path) -> None:
    restored.server.refusals.clear()
    stores = restored.stores()
    sync.turn(stores, restored.gateways, now=restored.now)
    with pytest.raises(NotAllowed, match="SIGNUP_FORGOTTEN"):
        outbox.retry(stores, outbox_id=FORM, now=restored.now)
    stores.close()
    restored.show()
    restored.window.open(Destination("signups"))
    qtbot.waitUntil(lambda: restored.is_shown(f"correct-{FORM}"))
    words = words_of(restored.window)
    assert "Création de compte à refaire" in words
    assert "SIGNUP_FORGOTTEN" not in words
    assert restored.window.grab().save(str(tmp_path / "signups.png"))
    restored.find(QPushButton, f"correct-{FORM}").click()
    qtbot.waitUntil(lambda: bool(restored.read(signup.drafts, qtbot)))
    (form,) = restored.read(signup.drafts, qtbot)
    assert (form.login_id, form.email, form.surname) == ("karim.leroux", "", "")
