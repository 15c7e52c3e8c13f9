"""Whom one decides about: the card in the pane, those who may be taken for them, and the « Mot du cabinet »."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from comptexpert_desktop.domain.check_words import check_words
from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.identity import Alike, Identity
from comptexpert_desktop.presentation.delegations import identity_words
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

LOU = Identity(
    login_id="l.marchetti",
    given_name="Lou",
    surname="Marchetti",
    profile="other",
    masked_email="l•••@a•••.example",
    role="staff",
    since=kit.NOW - timedelta(days=400),
    earlier=2,
    is_first_high_risk=True,
    alike=(Alike("Lou Marchetti", "lou.marchetti", "same"), Alike("Lou Marchettl", "", "close")),
)


@pytest.fixture
def robot(app_kit, qtbot):
    def build(*delegations, identity=LOU, **who):
        app_kit.gateways.identities = {one.id: identity for one in delegations if identity is not None}
        made = DeskRobot(app_kit, qtbot, *delegations, **who)
        qtbot.waitUntil(lambda: identity_words.WAITING not in walks.words_of(made.desk.pane.detail))
        return made

    return build


def words_shown(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(PlainLabel, "checkWords") if label.isVisible()]


def test_the_pane_says_whom_one_decides_about(robot) -> None:
    shown = walks.words_of(robot(kit.delegation(1)).desk.pane.detail)
    for part in ("l•••@a•••.example", "Membre depuis le", "2\u00a0autres dossiers avec ce cabinet"):
        assert part in shown
    assert "porte le même nom\u00a0: Lou Marchetti (lou.marchetti)" in shown
    assert "se lit presque pareil\u00a0: Lou Marchettl." in shown


def test_without_the_server_the_pane_says_that_nobody_vouches(robot) -> None:
    made = robot(kit.delegation(1), identity=None)
    assert identity_words.UNKNOWN in walks.words_of(made.desk.pane.detail)
    assert made.kit.gateways.identities_asked == ["del-000001"], "asked once, until something changes"


def test_what_is_decided_asks_nothing(robot) -> None:
    assert robot(kit.active(1)).kit.gateways.identities_asked == []


def test_both_screens_show_the_same_three_words(app_kit, robot, qtbot) -> None:
    screens = robot(kit.delegation(1)).desk.pane.detail, robot(kit.delegation(1), grants=False).desk.pane.detail
    for detail in screens:
        qtbot.waitUntil(lambda detail=detail: bool(words_shown(detail)))
    of_grantor, of_grantee = map(words_shown, screens)
    said = check_words("del-000001")
    assert len(said.split()) == 3
    assert [said in text for text in (*of_grantor, *of_grantee)] == [True, True]
    assert check_words("del-000002") != said


def test_a_first_right_of_high_risk_asks_to_compare_the_words(robot) -> None:
    made = robot(kit.delegation(1))
    made.press(Qt.Key.Key_A)
    dialog = made.dialog()
    assert "porte le même nom" in walks.words_of(dialog)
    assert check_words("del-000001") in words_shown(dialog)[0]
    assert not dialog.confirm_button.isEnabled()
    made.compare_words()
    made.press(Qt.Key.Key_Return, on=dialog.focusWidget())
    made.settle()
    assert len(made.entries()) == 1


def test_without_that_right_nothing_is_compared(robot) -> None:
    made = robot(kit.delegation(1))
    made.press(Qt.Key.Key_A)
    dialog = made.dialog()
    dialog.findChild(object, "right-sign").click()
    assert (words_shown(dialog), dialog.check.isVisible(), dialog.confirm_button.isEnabled()) == ([], False, True)


def test_the_second_right_of_high_risk_asks_nothing(robot) -> None:
    made = robot(kit.delegation(1), identity=replace(LOU, is_first_high_risk=False))
    made.press(Qt.Key.Key_A)
    assert made.dialog().confirm_button.isEnabled()


@pytest.mark.parametrize(("status", "is_asked"), [(Status.EXPIRED, False), (Status.REFUSED, True)])
def test_without_the_server_this_machine_remembers_what_was_given(robot, status, is_asked) -> None:
    made = robot(kit.active(2, status=status, rights=("sign",)), kit.delegation(1), identity=None)
    made.press(Qt.Key.Key_A)
    assert made.dialog().check.isVisible() is is_asked


def test_what_the_server_says_is_filled_in_where_the_case_stands(app_kit, qtbot) -> None:
    app_kit.gateways.identities = {"del-000001": LOU}
    released, asked = threading.Event(), app_kit.gateways.identity

    def wait_and_say(delegation_id, *, token):
        assert released.wait(20)
        return asked(delegation_id, token=token)

    app_kit.gateways.identity = wait_and_say
    made = DeskRobot(app_kit, qtbot, kit.delegation(1))
    detail = made.desk.pane.detail
    before = detail.findChild(PlainLabel, "checkWords")
    detail.setFocus()
    released.set()
    qtbot.waitUntil(lambda: LOU.masked_email in walks.words_of(detail))
    assert detail.findChild(PlainLabel, "checkWords") is before, "built once"
    assert [LOU.masked_email in text for text in accessible.voice_of(detail).heard].count(True) == 1
    assert detail.hasFocus()
    made.table.setFocus()
    made.press(Qt.Key.Key_A)
    assert "porte le même nom" in walks.words_of(made.dialog())
