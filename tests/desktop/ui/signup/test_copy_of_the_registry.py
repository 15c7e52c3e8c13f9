"""Where a name is chosen, the local copy says its date, its age, and why a newer one was put aside."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.presentation.errors.message_table import TABLE
from comptexpert_desktop.ui.destinations import Destination
from tests.desktop.ui.walks import words_of

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit


@pytest.fixture
def identity(window_kit: WindowKit, qtbot: Any) -> WindowKit:
    """Show the screen where one chooses one's name."""
    window_kit.fill()
    window_kit.show()
    screen: Any = window_kit.window.open(Destination("signups"))
    screen.resume(SignupDraft(id=DraftId("d1"), profile=Profile.EXPERT_COMPTABLE))
    qtbot.waitUntil(lambda: window_kit.is_shown("nameEdit"))
    return window_kit


def typed(kit: WindowKit, qtbot: Any) -> None:
    qtbot.keyClicks(kit.find(QLineEdit, "nameEdit"), "aub")
    qtbot.waitUntil(lambda: kit.is_shown("nameSuggestions"))


def test_the_copy_says_its_date(identity, qtbot):
    typed(identity, qtbot)
    qtbot.waitUntil(lambda: "Annuaire du 20/11/2026" in words_of(identity.window))
    assert TABLE["REG_SNAPSHOT_STALE"].text not in words_of(identity.window)


def test_an_old_copy_says_so(identity, qtbot):
    identity.now += timedelta(days=31)
    typed(identity, qtbot)
    qtbot.waitUntil(lambda: TABLE["REG_SNAPSHOT_STALE"].text in words_of(identity.window))


@pytest.mark.parametrize("code", ["SNAPSHOT_UNTRUSTED", "SNAPSHOT_OLDER"])
def test_a_copy_that_was_put_aside_is_told(identity, qtbot, code):
    def refuse(stores: Any) -> frozenset[Any]:
        stores.heard.snapshot_refusal = code
        return frozenset()

    identity.sync.stop()  # a turn that succeeds would forget the refusal
    qtbot.waitUntil(lambda: not identity.sync.is_turning)
    identity.tasks.write(identity.window, refuse)
    typed(identity, qtbot)
    qtbot.waitUntil(lambda: TABLE[code].text in words_of(identity.window))
