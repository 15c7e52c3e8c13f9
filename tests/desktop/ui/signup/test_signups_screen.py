"""« Mes inscriptions »: drafts, requests under way, and what to do about each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft, SignupStatus
from comptexpert_desktop.errors import Refused, Unreachable
from comptexpert_desktop.presentation.signup.steps import StepId
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.ui.walks import rich_labels, unnamed, words_of
from tests.fakes import an_entry

if TYPE_CHECKING:
    from tests.desktop.ui.window_kit import WindowKit

DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1980, 3, 12),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)
REQUEST = "00000000-0000-4000-8000-00000000000a"


@pytest.fixture
def screen(window_kit: WindowKit) -> Any:
    window_kit.fill()
    window_kit.show()
    return window_kit.window.open(Destination("signups"))


def queue(window_kit: WindowKit, draft: SignupDraft = DRAFT) -> None:
    stores = window_kit.stores()
    signup.submit(stores, draft=draft, now=window_kit.now, new_id=REQUEST)
    stores.close()


def keep(window_kit: WindowKit, draft: SignupDraft) -> None:
    stores = window_kit.stores()
    signup.save_draft(stores, draft=draft, now=window_kit.now)
    stores.close()


def click(window_kit: WindowKit, name: str, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window_kit.is_shown(name))
    QTest.mouseClick(window_kit.find(QPushButton, name), Qt.MouseButton.LeftButton)


def answer(window_kit: WindowKit, name: str) -> None:
    [dialog] = [each for each in window_kit.window.findChildren(QDialog) if each.isVisible()]
    dialog.findChild(QPushButton, name).click()


def test_an_empty_list_says_so(window_kit: WindowKit, screen, qtbot):
    qtbot.waitUntil(lambda: "Aucune inscription" in words_of(window_kit.window))
    assert unnamed(window_kit.window) == []


def test_a_draft_is_taken_up_where_it_stopped(window_kit: WindowKit, qtbot):
    keep(window_kit, replace(DRAFT, login_id_again=""))
    keep(window_kit, SignupDraft(id=DraftId("d2"), profile=Profile.OTHER))
    window_kit.fill()
    window_kit.show()
    screen: Any = window_kit.window.open(Destination("signups"))
    click(window_kit, "resume-d1", qtbot)
    assert screen.wizard.current is StepId.LOGIN
    screen.show_list()
    click(window_kit, "resume-d2", qtbot)
    assert screen.wizard.current is StepId.LOGIN
    assert screen.wizard.keeper.draft.id == "d2"


def test_a_draft_is_discarded_only_when_that_is_confirmed(window_kit: WindowKit, qtbot):
    keep(window_kit, DRAFT)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    click(window_kit, "discard-d1", qtbot)
    answer(window_kit, "cancelButton")
    assert len(window_kit.read(signup.drafts, qtbot)) == 1
    click(window_kit, "discard-d1", qtbot)
    answer(window_kit, "confirmButton")
    qtbot.waitUntil(lambda: not window_kit.is_shown("resume-d1"))
    assert window_kit.read(signup.drafts, qtbot) == ()


def test_a_request_leaves_and_says_where_the_mail_went(window_kit: WindowKit, qtbot):
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    qtbot.waitUntil(lambda: "Enregistré" in words_of(window_kit.window))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "Courriel envoyé" in words_of(window_kit.window))
    assert "c•••@aubier.example" in words_of(window_kit.window)
    assert rich_labels(window_kit.window) == []


def test_offline_a_request_says_that_it_waits_for_the_network(window_kit: WindowKit, qtbot):
    window_kit.server.faults.extend([Unreachable("NET_OFFLINE", data={"host": "serveur.example"})] * 9)
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "En attente du réseau" in words_of(window_kit.window))
    assert window_kit.window.navigation.status.badge.text() == "Hors ligne"


def test_the_page_that_follows_a_request_follows_it(window_kit: WindowKit, screen, qtbot):
    screen.resume(DRAFT)
    assert screen.wizard.current is StepId.SUMMARY
    screen.wizard.send()
    qtbot.waitUntil(lambda: window_kit.is_shown("signupState"))
    qtbot.waitUntil(lambda: screen.next_page.badge.text() == "Courriel envoyé")


@pytest.mark.parametrize(
    ("code", "step", "field"),
    [
        ("REG_DOB_MISMATCH", StepId.IDENTITY, "birthDateEdit"),
        ("ID_TAKEN", StepId.LOGIN, "loginIdEdit"),
        ("REG_PROFILE_MISMATCH", StepId.PROFILE, "profileList"),
    ],
)
def test_a_refused_request_is_corrected_where_it_is_wrong(window_kit: WindowKit, qtbot, code, step, field):
    council = {"code": "bretagne", "name": "Bretagne", "email": "croec@bretagne.example"}
    window_kit.server.refusals["/signups"] = Refused(code, data={"council": council, "list": "honorary"})
    queue(window_kit)
    window_kit.fill()
    window_kit.show()
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    screen: Any = window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    click(window_kit, f"correct-{REQUEST}", qtbot)
    qtbot.waitUntil(lambda: window_kit.is_shown(field))
    assert screen.wizard.current is step
    assert screen.wizard.banner.text() != ""
    assert window_kit.find(QWidget, field).hasFocus()
    assert screen.wizard.keeper.draft.login_id == "claire.aubier"
    assert window_kit.read(signup.progress, qtbot) == ()


def test_only_the_council_can_add_an_address_and_it_is_named(window_kit: WindowKit, qtbot):
    council = {"code": "bretagne", "name": "Bretagne", "email": "croec@bretagne.example", "phone": "02 00 00 00 00"}
    window_kit.server.refusals["/signups"] = Refused("REG_NO_EMAIL", data={"council": council})
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: "croec@bretagne.example" in words_of(window_kit.window))
    assert "À corriger" in words_of(window_kit.window)


def test_the_mail_can_be_asked_for_again(window_kit: WindowKit, qtbot):
    queue(window_kit)
    window_kit.show()
    screen: Any = window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    click(window_kit, f"resend-{REQUEST}", qtbot)
    qtbot.waitUntil(lambda: "nouveau courriel" in screen.list.banner.text())


def test_the_mail_cannot_be_asked_for_offline(window_kit: WindowKit, qtbot):
    queue(window_kit)
    window_kit.show()
    screen: Any = window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: window_kit.is_shown(f"resend-{REQUEST}"))
    qtbot.waitUntil(lambda: not window_kit.sync.is_turning)
    window_kit.server.faults.extend([Unreachable("NET_OFFLINE")] * 9)
    click(window_kit, f"resend-{REQUEST}", qtbot)
    qtbot.waitUntil(lambda: "Pas de réseau" in screen.list.banner.text())


def test_an_active_account_leads_to_the_sign_in(window_kit: WindowKit, qtbot):
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: bool(window_kit.server.signups))
    for each in window_kit.server.signups.values():
        each.status = SignupStatus.ACTIVATED.value
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: window_kit.is_shown(f"signIn-{REQUEST}"))
    with qtbot.waitSignal(window_kit.window.sign_in_flow.changed):
        click(window_kit, f"signIn-{REQUEST}", qtbot)


def test_a_request_is_taken_off_the_list_only_when_that_is_confirmed(window_kit: WindowKit, qtbot):
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    click(window_kit, f"discard-{REQUEST}", qtbot)
    answer(window_kit, "confirmButton")
    qtbot.waitUntil(lambda: not window_kit.is_shown(f"discard-{REQUEST}"))
    assert window_kit.read(signup.progress, qtbot) == ()


def test_leaving_the_wizard_keeps_the_draft(window_kit: WindowKit, screen, qtbot):
    screen.start_new()
    QTest.keyClick(window_kit.find(QWidget, "profileList"), Qt.Key.Key_Down)
    click(window_kit, "leaveButton", qtbot)
    qtbot.waitUntil(lambda: "Brouillon" in words_of(window_kit.window))
    assert len(window_kit.read(signup.drafts, qtbot)) == 1


def test_once_the_council_has_mended_the_registry_the_request_is_sent_again_as_it_is(window_kit: WindowKit, qtbot):
    window_kit.server.refusals["/signups"] = Refused("REG_NO_EMAIL")
    queue(window_kit)
    window_kit.show()
    window_kit.window.open(Destination("signups"))
    window_kit.sync.wake()
    qtbot.waitUntil(lambda: window_kit.is_shown(f"retry-{REQUEST}"))
    window_kit.server.refusals.clear()
    click(window_kit, f"retry-{REQUEST}", qtbot)
    qtbot.waitUntil(lambda: "Courriel envoyé" in words_of(window_kit.window))
