"""What the review desk shows, on real files: found, sorted, kept, named."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from comptexpert_desktop.domain.delegation import Action, Party, Status
from comptexpert_desktop.presentation.delegations.queries import PAGE
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui.delegations.line_delegate import LINES_ROLE
from comptexpert_desktop.ui.look import theme
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

NARROWEST = 576
"""What the narrowest window leaves beside its navigation."""


def test_words_typed_filter_in_sql_and_keep_the_group(app_kit, qtbot) -> None:
    ines = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2, grantee=ines), kit.active(3, grantee=ines))
    with qtbot.waitSignal(robot.desk.query_bar.filters.changed):
        qtbot.keyClicks(robot.desk.query_bar.filters.findChild(object, "delegationSearch"), "bonne")
    robot.settle()
    assert robot.people() == ["Inès BONNEFOY"]


def test_chips_count_what_is_looked_for_in_every_group(app_kit, qtbot) -> None:
    ines = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.active(2), kit.active(3, grantee=ines))

    def chips() -> list[str]:
        return [
            robot.desk.query_bar.filters.findChild(object, f"chip-{key}").text() for key in ("undecided", "live", "all")
        ]

    assert chips() == ["À décider\u00a0(1)", "En cours\u00a0(2)", "Toutes\u00a0(3)"]
    with qtbot.waitSignal(robot.desk.query_bar.filters.changed):
        qtbot.keyClicks(robot.desk.query_bar.filters.findChild(object, "delegationSearch"), "bonne")
    robot.settle()
    assert chips() == ["À décider\u00a0(0)", "En cours\u00a0(1)", "Toutes\u00a0(1)"]


def test_letters_typed_in_the_search_box_decide_nothing(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    box = robot.desk.query_bar.filters.findChild(object, "delegationSearch")
    box.setFocus()
    qtbot.keyClicks(box, "ra")
    assert not [dialog for dialog in robot.screen.findChildren(QDialog) if dialog.isVisible()]
    assert box.text() == "ra"


def test_letters_typed_in_the_table_search_nothing(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2, grantee=kit.EXPERT_OF_PORT))
    robot.press(Qt.Key.Key_Z)
    assert robot.table.selection.id() == "del-000001"


def test_nothing_found_offers_to_look_for_everything_again(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    box = robot.desk.query_bar.filters.findChild(object, "delegationSearch")
    with qtbot.waitSignal(robot.desk.query_bar.filters.changed):
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
    robot.table.show_lines(are_lines=False)
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
    assert robot.table.selection.id() == "del-000003"
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(1)]))
    assert robot.table.selection.id() == "del-000003"
    assert robot.table.currentIndex().row() == 2


def test_when_the_selected_one_leaves_no_other_takes_its_place_and_the_keyboard_stays(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2), kit.delegation(3))
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.active(1)]))
    assert robot.table.selection.count() == 0
    robot.press(Qt.Key.Key_A)
    assert robot.entries() == (), "nobody chose what stands there now"
    robot.press(Qt.Key.Key_Down)
    assert robot.table.selection.id() == "del-000003"


def test_rows_far_below_are_read_when_they_are_looked_at(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, *[kit.active(n) for n in range(1, 2 * PAGE + 20)])
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.table.scrollToBottom()
    qtbot.waitUntil(lambda: robot.people()[-1] == "Lou MARCHETTI")
    assert robot.desk.model.rowCount() == 2 * PAGE + 19


def test_enter_goes_to_the_detail_and_esc_comes_back(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_Return)
    assert robot.desk.pane.detail.hasFocus()
    robot.press(Qt.Key.Key_Escape, on=robot.desk.pane.detail)
    assert robot.table.hasFocus()


def test_what_is_missing_is_said_beside_what_was_granted(app_kit, qtbot) -> None:
    missing = kit.active(1, effective=False, missing=("DEL_CERT_REQUIRED", "DEL_TERMS"))
    robot = DeskRobot(app_kit, qtbot, missing)
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    words = walks.words_of(robot.desk.pane.detail)
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
    with qtbot.waitSignal(robot.kit.navigator.signing_in):
        robot.screen._signed_out.button.click()


def test_markup_in_names_and_reasons_is_shown_as_it_is(app_kit, qtbot) -> None:
    stranger = Party("x", "x", "<b>Théo</b>", "<img src=x>")
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantee=stranger, reason="<h1>Urgent</h1> et long"))
    assert "<b>Théo</b>" in walks.words_of(robot.desk.pane.detail)
    assert "<h1>Urgent</h1>" in walks.words_of(robot.desk.pane.detail)
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
    robot.desk.query_bar.filters.choose("ended")
    robot.settle()
    assert robot.desk.model.rowCount() == len(ended)
    assert not any(robot.desk.pane.bar.button(a).isEnabled() for a in (Action.APPROVE, Action.REFUSE, Action.REVOKE))


@pytest.mark.parametrize("width", [NARROWEST, 780, 888, 960, 1500])
def test_no_button_of_a_decision_is_ever_cut(app_kit, qtbot, width) -> None:
    theme.apply(QApplication.instance(), theme.Scheme.LIGHT)  # letters of the size that people see
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    robot.screen.resize(width, 780)
    robot.press(Qt.Key.Key_Return)
    robot.settle()
    shown = [button for button in robot.desk.pane.bar.findChildren(QPushButton) if button.isVisible()]
    assert len(shown) == 11

    def nothing_is_cut() -> None:
        assert [button.text() for button in shown if button.width() < button.sizeHint().width()] == []

    qtbot.waitUntil(nothing_is_cut)  # a busy machine lays the bar out a little later


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_home_and_end_select_the_first_and_the_last_row(app_kit, qtbot, modifier) -> None:
    robot = DeskRobot(app_kit, qtbot, *(kit.delegation(number) for number in range(1, 5)))
    robot.press(Qt.Key.Key_End, modifier=modifier)
    assert robot.table.selection.row() == 3
    robot.press(Qt.Key.Key_Home, modifier=modifier)
    assert robot.table.selection.row() == 0


def test_the_first_row_of_a_list_that_was_empty_is_selected_and_later_ones_change_nothing(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot)
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(1)]))
    assert robot.table.selection.id() == "del-000001"
    robot.table.selection.clear()
    robot.change(lambda file: delegation_store.keep(file, delegations=[kit.delegation(2)]))
    assert robot.table.selection.count() == 0


def test_in_a_narrow_window_the_case_takes_the_place_of_the_list_and_esc_goes_back(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2))
    robot.screen.resize(900, 640)
    assert robot.table.isVisible()
    assert not robot.desk.pane.isVisible()
    robot.press(Qt.Key.Key_Return)
    robot.settle()
    assert not robot.table.isVisible()
    assert robot.desk.pane.bar.button(Action.APPROVE).isVisible()
    assert not robot.desk.query_bar.isVisible()
    robot.press(Qt.Key.Key_Escape, on=robot.desk.pane.detail)
    assert robot.table.isVisible()
    assert robot.table.hasFocus()
    robot.desk.laid_out._open.click()
    assert robot.desk.pane.isVisible()
    robot.screen.resize(1300, 640)
    assert robot.table.isVisible()
    assert robot.desk.pane.isVisible()


def test_a_row_says_in_two_lines_who_what_where_and_until_when(app_kit, qtbot) -> None:
    two_firms = {"firms": (kit.HAWTHORN, kit.QUAY)}
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, rights=("prepare", "sign")), **two_firms)
    lines = robot.desk.model.index(0, 0).data(LINES_ROLE)
    assert lines.person == "Lou MARCHETTI"
    assert lines.firm == "Cabinet des Aubépines"
    assert [(right.text, right.is_strong, right.is_high) for right in lines.rights] == [
        ("signer au nom du cabinet", True, True),
        ("préparer un document à signer", False, False),
    ]
    assert lines.end == "expire le 08/12/2026"
    said = robot.desk.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "signer au nom du cabinet (risque élevé)" in said


def test_the_table_leaves_out_a_column_that_is_not_wanted_and_orders_by_another(app_kit, qtbot) -> None:
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), kit.delegation(2))
    robot.desk.laid_out.menu.lines_requested.emit(False)
    assert not robot.desk.pane.isVisible()
    robot.table.show_column(2, is_shown=False)
    robot.desk.laid_out.menu.open_below(robot.desk.query_bar.filters.layout_button)
    menu = robot.desk.laid_out.menu.menu
    unchecked = [
        action.text() for action in menu.actions() if action.text().startswith("Colonne") and not action.isChecked()
    ]
    assert "Colonne Cabinet" in unchecked
    next(action for action in menu.actions() if "ersonne" in action.text() and "Par" in action.text()).trigger()
    menu.close()
    assert robot.desk.query_bar.query().sort == "person"
