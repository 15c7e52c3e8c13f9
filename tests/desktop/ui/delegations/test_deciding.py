"""Decisions at the desk on real files: each stays an intent until the server answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action, Party, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.window.keys_page import lines_of
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.fakes_wire import call_of


def test_requests_that_wait_come_first_and_the_first_is_chosen(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1), kit.delegation(2), kit.delegation(3))
    assert robot.desk.model.rowCount() == 2
    assert robot.table.selection.id() == "del-000002"
    assert "Ce que Lou pourra faire de plus demain" in walks.words_of(robot.desk.pane.detail)


def test_a_then_enter_approves_with_the_keyboard_alone(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    dialog = robot.compare_words()
    robot.press(Qt.Key.Key_Return, on=dialog.focusWidget())
    robot.settle()
    (entry,) = robot.entries()
    assert (entry.kind, entry.status) == (Kind.APPROVE, OutboxStatus.QUEUED)
    assert robot.desk.model.index(0, 3).data() == "Accord non transmis"
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body == {"rights": ["prepare", "sign"], "valid_until": "2027-05-23"}
    assert write.if_match == 1


def test_a_hurried_key_never_decides_on_the_row_before(app_kit, qtbot) -> None:
    ines = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2, grantee=ines))
    robot.press(Qt.Key.Key_Down)
    robot.press(Qt.Key.Key_A)
    robot.settle()
    assert "Inès BONNEFOY" in walks.words_of(robot.dialog())


def test_a_hurried_key_asks_nothing_that_the_next_row_refuses(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2))
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    robot.press(Qt.Key.Key_Down)
    robot.press(Qt.Key.Key_A)
    robot.settle()
    assert not [dialog for dialog in robot.screen.findChildren(QDialog) if dialog.isVisible()]


def test_ctrl_enter_sends_a_refusal_from_its_note(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_R)
    note = robot.dialog().findChild(QPlainTextEdit, "noteEdit")
    qtbot.keyClicks(note, "Pas sur ce dossier.")
    robot.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier, on=note)
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.REFUSE


def test_ctrl_enter_confirms_from_anywhere_in_the_dialog(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    dialog = robot.compare_words()
    robot.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier, on=dialog)
    robot.settle()
    assert len(robot.entries()) == 1


def test_a_right_that_is_unticked_is_not_granted(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    dialog = robot.dialog()
    dialog.findChild(object, "right-sign").click()
    dialog.confirm_button.click()
    robot.settle()
    (entry,) = robot.entries()
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body["rights"] == ["prepare"]
    assert write.body["valid_until"] == "2027-11-24"


def test_nothing_is_granted_when_every_right_is_unticked(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    dialog = robot.dialog()
    for right in ("prepare", "sign"):
        dialog.findChild(object, f"right-{right}").click()
    assert not dialog.confirm_button.isEnabled()


def test_esc_leaves_everything_as_it_was(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.press(Qt.Key.Key_Escape, on=robot.dialog())
    robot.settle()
    assert robot.entries() == ()


def test_r_refuses_only_with_a_note(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_R)
    dialog = robot.dialog()
    assert not dialog.confirm_button.isEnabled()
    note = dialog.findChild(QPlainTextEdit, "noteEdit")
    qtbot.keyClicks(note, "Pas sur ce dossier.")
    assert dialog.confirm_button.isEnabled()
    dialog.confirm_button.click()
    robot.settle()
    (entry,) = robot.entries()
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert entry.kind is Kind.REFUSE
    assert write.body == {"note": "Pas sur ce dossier."}


def test_a_revocation_asks_first_and_is_said_not_to_be_effective(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.pane.bar.button(Action.REVOKE).click()
    dialog = robot.dialog()
    assert "pas avant" in walks.words_of(dialog)
    dialog.confirm_button.click()
    robot.settle()
    assert robot.desk.model.index(0, 3).data() == "PAS ENCORE EFFECTIF"
    assert "PAS ENCORE EFFECTIF" in walks.words_of(robot.desk.pane.detail)
    assert "Les droits restent ouverts" in walks.words_of(robot.desk.pane.detail)


@pytest.mark.parametrize("width", [652, 760, 952, 1500])
def test_the_loud_state_is_never_cut(app_kit, qtbot, width) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.screen.resize(width, 720)
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    font = robot.table.font()
    font.setBold(True)
    assert QFontMetrics(font).horizontalAdvance("PAS ENCORE EFFECTIF") < robot.table.columnWidth(0) // 2
    robot.table.show_lines(are_lines=False)
    room = robot.table.columnWidth(3) - robot.table.iconSize().width()
    assert QFontMetrics(font).horizontalAdvance("PAS ENCORE EFFECTIF") < room


def test_a_suspension_is_said_not_to_be_effective(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.pane.bar.button(Action.SUSPEND).click()
    assert "Vous pourrez les rétablir." in walks.words_of(robot.dialog())
    robot.dialog().confirm_button.click()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.SUSPEND
    assert robot.desk.model.index(0, 3).data() == "PAS ENCORE EFFECTIF"


def test_what_is_suspended_is_restored(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1, status=Status.SUSPENDED, effective=False))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    assert not robot.desk.pane.bar.button(Action.SUSPEND).isVisible()
    robot.desk.pane.bar.button(Action.RESUME).click()
    robot.dialog().confirm_button.click()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.RESUME
    assert robot.desk.model.index(0, 3).data() == "Rétablissement non transmis"


def test_a_renewal_begins_the_day_after_and_has_an_end(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.active(1, valid_until=kit.TODAY + timedelta(days=12)))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.desk.pane.bar.button(Action.RENEW).click()
    assert "repartent le 7\u00a0décembre 2026" in walks.words_of(robot.dialog())
    robot.press(Qt.Key.Key_Return, on=robot.dialog().focusWidget())
    robot.settle()
    (entry,) = robot.entries()
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert entry.kind is Kind.RENEW
    assert write.body == {"valid_until": "2027-06-05"}


def test_a_decision_is_undone_until_it_is_sent(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    robot.desk.pane.detail.findChild(Banner, "intentBanner").action_button.click()
    robot.settle()
    assert robot.entries() == ()
    assert robot.desk.model.index(0, 3).data() == "À décider"


def come_back_to(robot, widget) -> None:
    """Put the keyboard back in the window after a dialog: without a screen nobody else does."""
    robot.screen.activateWindow()
    widget.setFocus()
    robot.qtbot.waitUntil(widget.hasFocus)


def test_ctrl_z_undoes_a_decision_until_it_is_sent(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    come_back_to(robot, robot.table)
    robot.press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    robot.settle()
    assert robot.entries() == ()
    robot.press(Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    robot.settle()
    assert not robot.desk.banner.text()


def test_the_keyboard_stays_on_its_button_when_the_pane_is_read_again(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    come_back_to(robot, robot.desk.pane.detail.findChild(object, "undoButton"))
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(2)]))
    held = robot.screen.focusWidget()
    assert held.objectName() == "undoButton"
    robot.press(Qt.Key.Key_Space, on=held)
    robot.settle()
    assert robot.entries() == ()


@pytest.mark.parametrize("status", ["sending", "unknown"])
def test_what_is_on_its_way_can_be_neither_undone_nor_decided_again(app_kit, qtbot, status) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()
    robot.change(lambda file: outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus(status)))
    banner = robot.desk.pane.detail.findChild(Banner, "intentBanner")
    assert banner.action_button.isHidden()
    assert not any(robot.desk.pane.bar.button(action).isEnabled() for action in (Action.APPROVE, Action.REFUSE))


def come_back_stale(robot, moved) -> None:
    """Let the server refuse the approval that was just made, because the case moved."""
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()

    def stale(file) -> None:
        outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code="DEL_STALE")
        delegation_store.keep(file, delegations=[moved])

    robot.change(stale)


def test_a_case_that_moved_shows_before_and_now_and_is_decided_again(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    come_back_stale(robot, kit.delegation(1, version=2, rights=("prepare", "sign", "seal")))
    words = walks.words_of(robot.desk.pane.detail)
    assert "Accord à revoir" in words
    shown = walks.words_of(robot.desk.pane.detail.findChild(object, "differenceView")).splitlines()
    assert shown[:3] == ["Quand vous avez décidé", "Maintenant", "Droits"]
    assert shown[3] == "préparer un document à signer et signer au nom du cabinet"
    assert shown[4].startswith("préparer un document à signer, signer au nom du cabinet et ")
    robot.desk.pane.detail.findChild(object, "decideAgainButton").click()
    robot.dialog().accept()
    robot.settle()
    (again,) = robot.entries()
    assert again.status is OutboxStatus.QUEUED
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=again.id)), qtbot)
    assert write.if_match == 2
    assert write.body["rights"] == ["prepare", "sign", "seal"]


def test_the_difference_survives_a_restart(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    come_back_stale(robot, kit.delegation(1, version=2, reason="Un autre motif, plus long."))
    screen = DelegationsScreen(app_kit.context())
    qtbot.addWidget(screen)
    screen.activate()
    robot.settle()
    shown = walks.words_of(screen.review.pane.detail.findChild(object, "differenceView"))
    assert "Je prépare les liasses du portefeuille Nord." in shown
    assert "Un autre motif, plus long." in shown


def test_a_case_that_is_over_can_only_be_abandoned(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    come_back_stale(robot, kit.delegation(1, version=2, status=Status.WITHDRAWN))
    robot.desk.query_bar.filters.choose("all")
    robot.settle()
    assert "Retirée" in walks.words_of(robot.desk.pane.detail.findChild(object, "differenceView"))
    assert robot.desk.pane.detail.findChild(object, "decideAgainButton") is None
    robot.desk.pane.detail.findChild(object, "abandonButton").click()
    robot.settle()
    assert robot.entries() == ()


def test_a_case_that_only_has_a_newer_version_says_so(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    come_back_stale(robot, kit.delegation(1, version=2))
    assert "Rien de ce que vous aviez lu" in walks.words_of(robot.desk.pane.detail)


def test_a_case_that_moved_under_an_open_question_is_not_decided(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    dialog = robot.dialog()
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(1, version=2, rights=("sign",))]))
    dialog.accept()
    robot.settle()
    assert robot.entries() == ()
    assert "a changé" in robot.desk.banner.text()


def test_a_step_up_offers_to_sign_in(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()
    robot.change(
        lambda file: outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code="AUTH_STEP_UP")
    )
    with qtbot.waitSignal(robot.kit.navigator.signing_in):
        robot.desk.pane.detail.findChild(object, "stepUpButton").click()
    robot.desk.pane.detail.findChild(object, "confirmAgainButton").click()
    robot.settle()
    assert robot.entries()[0].status is OutboxStatus.QUEUED


def test_a_decision_that_came_back_is_abandoned(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()
    robot.change(
        lambda file: outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code="DEL_DUPLICATE")
    )
    robot.desk.pane.detail.findChild(object, "abandonButton").click()
    robot.settle()
    assert robot.entries() == ()
    assert robot.desk.model.index(0, 3).data() == "À décider"


def test_a_disabled_button_says_why_in_three_places(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    revoke = robot.desk.pane.bar.button(Action.REVOKE)
    assert not revoke.isEnabled()
    why = "rien n’est encore accordé"
    assert why in revoke.toolTip()
    assert why in revoke.accessibleDescription()
    assert why in walks.words_of(robot.desk.pane.bar)


def test_nobody_decides_on_their_own_rights(app_kit, qtbot) -> None:
    mine = kit.delegation(1, grantee=kit.EXPERT, grantor=replace(kit.STAFF, account_id="acc-peer"))
    robot = DeskRobot(app_kit, qtbot, mine)
    assert robot.desk.model.rowCount() == 0


def test_the_keys_of_the_desk_are_listed_and_say_why_not(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    listed = {line.title: line for line in lines_of(robot.screen)}
    assert (listed["Approuver"].keys, listed["Approuver"].why_not) == ("A", "")
    assert listed["Annuler cette décision"].keys == "Ctrl+Z"
    assert "rien n’est encore accordé" in listed["Révoquer"].why_not
