"""What the review desk shows, on real files: found, sorted, kept, named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from comptexpert_desktop.domain.delegation import Action, Party, Status
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui import theme
from comptexpert_desktop.ui.delegations.model import PAGE
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

NARROWEST = 652
"""What the narrowest window leaves beside its navigation."""


def test_words_typed_filter_in_sql_and_keep_the_group(app_kit, qtbot) -> None:
    ines = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2, grantee=ines), kit.active(3, grantee=ines))
    with qtbot.waitSignal(robot.desk.filters.changed):
        qtbot.keyClicks(robot.desk.filters.findChild(object, "delegationSearch"), "bonne")
    robot.settle()
    assert robot.people() == ["Inès BONNEFOY"]


def test_chips_count_what_is_looked_for_in_every_group(app_kit, qtbot) -> None:
    ines = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2), kit.active(3, grantee=ines))

    def chips() -> list[str]:
        return [robot.desk.filters.findChild(object, f"chip-{key}").text() for key in ("undecided", "live", "all")]

    assert chips() == ["À décider\u00a0(1)", "En cours\u00a0(2)", "Toutes\u00a0(3)"]
    with qtbot.waitSignal(robot.desk.filters.changed):
        qtbot.keyClicks(robot.desk.filters.findChild(object, "delegationSearch"), "bonne")
    robot.settle()
    assert chips() == ["À décider\u00a0(0)", "En cours\u00a0(1)", "Toutes\u00a0(1)"]


def test_letters_typed_in_the_search_box_decide_nothing(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    box = robot.desk.filters.findChild(object, "delegationSearch")
    box.setFocus()
    qtbot.keyClicks(box, "ra")
    assert not [dialog for dialog in robot.screen.findChildren(QDialog) if dialog.isVisible()]
    assert box.text() == "ra"


def test_letters_typed_in_the_table_search_nothing(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2, grantee=kit.EXPERT_OF_PORT))
    robot.press(Qt.Key.Key_Z)
    assert robot.table.chosen_id() == "del-000001"


def test_nothing_found_offers_to_look_for_everything_again(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    box = robot.desk.filters.findChild(object, "delegationSearch")
    with qtbot.waitSignal(robot.desk.filters.changed):
        qtbot.keyClicks(box, "zzzz")
    robot.settle()
    assert "Aucune délégation ne correspond" in walks.words_of(robot.desk)
    robot.desk._empty.button.click()
    robot.settle()
    assert robot.people() == ["Lou MARCHETTI"]


def test_a_click_on_a_header_sorts_all_rows_and_a_third_click_gives_the_natural_order(app_kit, qtbot) -> None:
    names = ["Zoé", "Adèle", "Marc"]
    made = [kit.delegation(n, grantee=Party(f"a{n}", f"a{n}", "X", name)) for n, name in enumerate(names, start=1)]
    robot = DeskRobot(app_kit, qtbot, *made)
    header = robot.table.horizontalHeader()

    def click() -> list[str]:
        where = header.viewport().rect().center()
        where.setX(header.sectionViewportPosition(0) + 20)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
        robot.settle()
        return [name.split()[-1] for name in robot.people()]

    natural = ["ZOÉ", "ADÈLE", "MARC"]
    assert [name.split()[-1] for name in robot.people()] == natural
    assert click() == ["ADÈLE", "MARC", "ZOÉ"]
    assert click() == ["ZOÉ", "MARC", "ADÈLE"]
    assert click() == natural


def test_the_chosen_delegation_stays_chosen_when_rows_move(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(2), kit.delegation(3))
    robot.press(Qt.Key.Key_Down)
    assert robot.table.chosen_id() == "del-000003"
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(1)]))
    assert robot.table.chosen_id() == "del-000003"
    assert robot.table.currentIndex().row() == 2


def test_when_the_chosen_one_leaves_the_next_takes_its_place(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2))
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.active(1)]))
    assert robot.table.chosen_id() == "del-000002"


def test_rows_far_below_are_read_when_they_are_looked_at(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, *[kit.active(n) for n in range(1, 2 * PAGE + 20)])
    robot.desk.filters.choose("live")
    robot.settle()
    robot.table.scrollToBottom()
    qtbot.waitUntil(lambda: robot.people()[-1] == "Lou MARCHETTI")
    assert robot.desk.model.rowCount() == 2 * PAGE + 19


def test_enter_goes_to_the_detail_and_esc_comes_back(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_Return)
    assert robot.desk.detail.hasFocus()
    robot.press(Qt.Key.Key_Escape, on=robot.desk.detail)
    assert robot.table.hasFocus()


def test_what_is_missing_is_said_beside_what_was_granted(app_kit, qtbot) -> None:
    missing = kit.active(1, effective=False, missing=("DEL_CERT_REQUIRED", "DEL_TERMS"))
    robot = DeskRobot(app_kit, qtbot, missing)
    robot.desk.filters.choose("live")
    robot.settle()
    words = walks.words_of(robot.desk.detail)
    assert "Ce qui manque encore" in words
    assert "Certificat personnel" in words
    assert "Conditions du service" in words


def test_a_desk_without_requests_says_so_calmly(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot)
    assert "Rien à décider" in walks.words_of(robot.desk)


def test_signed_out_the_screen_shows_nobody_and_offers_to_sign_in(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), signed_in=False)
    assert robot.screen.desk() is None
    assert "Connectez-vous" in walks.words_of(robot.screen)
    with qtbot.waitSignal(robot.screen.sign_in_wanted):
        robot.screen._signed_out.button.click()


def test_markup_in_names_and_reasons_is_shown_as_it_is(app_kit, qtbot) -> None:
    stranger = Party("x", "x", "<b>Théo</b>", "<img src=x>")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantee=stranger, reason="<h1>Urgent</h1> et long"))
    assert "<b>Théo</b>" in walks.words_of(robot.desk.detail)
    assert "<h1>Urgent</h1>" in walks.words_of(robot.desk.detail)
    robot.press(Qt.Key.Key_A)
    assert walks.rich_labels(robot.screen) == []


@pytest.mark.parametrize("grants", [True, False])
def test_everything_the_keyboard_reaches_has_a_name(app_kit, qtbot, grants) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2), grants=grants)
    assert walks.unnamed(robot.screen) == []
    assert walks.rich_labels(robot.screen) == []


def test_the_dialog_of_a_grant_has_names_too(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    assert walks.unnamed(robot.dialog()) == []


def test_no_part_of_the_desk_is_ever_a_window(app_kit, qtbot, qapp) -> None:
    watch = walks.WindowWatch(qapp)
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    qapp.removeEventFilter(watch)
    assert watch.shown == ["DelegationsScreen delegationsScreen", "ApproveDialog approveDialog"]


def test_a_very_long_name_does_not_widen_the_window(app_kit, qtbot) -> None:
    endless = Party("x", "x", "Marie-Charlotte " * 12, "de la Rochefoucauldmontbrisondestampes" * 6)
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantee=endless, reason="motif" * 80))
    assert robot.screen.minimumSizeHint().width() <= NARROWEST


def test_every_ended_state_is_in_its_group(app_kit, qtbot) -> None:
    ended = [Status.REFUSED, Status.WITHDRAWN, Status.LAPSED, Status.EXPIRED, Status.REVOKED, Status.CEASED]
    robot = DeskRobot(app_kit, qtbot, *[kit.delegation(n, status=status) for n, status in enumerate(ended)])
    robot.desk.filters.choose("ended")
    robot.settle()
    assert robot.desk.model.rowCount() == len(ended)
    assert not any(robot.desk.bar.button(a).isEnabled() for a in (Action.APPROVE, Action.REFUSE, Action.REVOKE))


@pytest.mark.parametrize("width", [NARROWEST, 780, 888, 960, 1500])
def test_no_button_of_a_decision_is_ever_cut(app_kit, qtbot, width) -> None:
    theme.apply(QApplication.instance(), theme.Scheme.LIGHT)  # letters of the size that people see
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.filters.choose("live")
    robot.settle()
    robot.screen.resize(width, 780)
    robot.settle()
    shown = [button for button in robot.desk.bar.findChildren(QPushButton) if button.isVisible()]
    assert len(shown) == 8

    def nothing_is_cut() -> None:
        assert [button.text() for button in shown if button.width() < button.sizeHint().width()] == []

    qtbot.waitUntil(nothing_is_cut)  # a busy machine lays the bar out a little later
