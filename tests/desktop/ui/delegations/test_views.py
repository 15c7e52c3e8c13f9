"""Further filters and named views of the desk: narrowed in SQL, kept with the account, reached with the keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from comptexpert_desktop.domain.delegation import Party, Role, Status
from comptexpert_desktop.domain.saved_view import Look, SavedView
from comptexpert_desktop.errors import InvalidInput, NotAllowed
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.usecases.delegations import saved_filters
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

INES = Party("acc-2", "i.bonnefoy", "Inès", "Bonnefoy")
TWIN = replace(kit.QUAY, id="firm-3", siren="552100554", name=kit.HAWTHORN.name)


@pytest.fixture
def robot(app_kit, qtbot):
    soon, late = kit.TODAY + timedelta(days=20), kit.TODAY + timedelta(days=200)
    made = DeskRobot(
        app_kit,
        qtbot,
        kit.active(1, valid_until=soon),
        kit.active(2, valid_until=late, firm=kit.QUAY),
        kit.active(3, valid_until=late, service="bibliordre", rights=("access",), grantee=INES),
        kit.active(4, valid_until=soon, firm=TWIN),
        kit.active(5, status=Status.SUSPENDED, effective=False, valid_until=late, grantee=INES),
        kit.delegation(6),
        firms=(kit.HAWTHORN, kit.QUAY, TWIN),
    )
    made.desk.query_bar.filters.choose("live")
    made.settle()
    return made


def choose(robot, name, text):
    box = robot.desk.query_bar.panel.findChild(QComboBox, name)
    box.setCurrentIndex(box.findText(text))
    robot.settle()


def shown(robot):
    model = robot.desk.model
    return sorted(str(model.row_at(row).delegation.id)[-1] for row in range(model.rowCount()))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("firmFilter", "Comptoir du Vieux-Port", ["2"]),
        ("serviceFilter", "Bibliordre", ["3"]),
        ("stateFilter", "Suspendue", ["5"]),
        ("endFilter", "Dans les 30\u00a0jours", ["1", "4"]),
        ("endFilter", "Dans les 7\u00a0jours", []),
    ],
)
def test_each_filter_narrows_the_table_and_can_be_taken_away(robot, name, text, expected):
    robot.press(Qt.Key.Key_F)
    assert robot.desk.query_bar.panel.isVisible()
    choose(robot, name, text)
    assert shown(robot) == expected
    robot.desk.query_bar.panel.findChild(object, "clearFiltersButton").click()
    robot.settle()
    assert shown(robot) == ["1", "2", "3", "4", "5"]


def test_two_firms_of_one_name_are_told_apart(robot):
    box = robot.desk.query_bar.panel.firm
    box.setCurrentIndex(box.findData(TWIN.id))
    robot.settle()
    assert shown(robot) == ["4"]


def test_filters_add_up_and_an_empty_answer_says_what_was_looked_for(robot):
    choose(robot, "firmFilter", "Comptoir du Vieux-Port")
    choose(robot, "endFilter", "Dans les 30\u00a0jours")
    said = walks.words_of(robot.desk)
    assert "Comptoir du Vieux-Port" in said
    assert "Dans les 30\u00a0jours" in said
    robot.desk._empty.button.click()
    robot.settle()
    assert len(shown(robot)) == 5


def test_the_chips_count_what_is_left(robot):
    choose(robot, "serviceFilter", "Bibliordre")
    assert robot.desk.query_bar.filters.findChild(object, "chip-live").text() == "En cours\u00a0(1)"
    assert robot.desk.query_bar.filters.findChild(object, "chip-all").text() == "Toutes\u00a0(1)"


def test_the_states_offered_are_those_of_the_group(robot):
    texts = [
        robot.desk.query_bar.panel.state.itemText(number) for number in range(robot.desk.query_bar.panel.state.count())
    ]
    assert texts == ["Tous", "Active", "Programmée", "Suspendue"]


def test_what_is_exported_says_how_it_was_narrowed(robot):
    choose(robot, "serviceFilter", "Bibliordre")
    assert robot.desk.query_bar.view().query.service == "bibliordre"
    assert "«\u00a0Bibliordre\u00a0»" in robot.desk.query_bar.view().about


def menu_action(robot, text):
    robot.press(Qt.Key.Key_V)
    robot.settle()
    assert robot.desk.query_bar.views.menu.isVisible()
    return next(action for action in robot.desk.query_bar.views.menu.actions() if text in action.text())


def keep_view(robot, name):
    menu_action(robot, "Enregistrer").trigger()
    robot.desk.query_bar.views.menu.close()
    dialog = robot.dialog()
    dialog.findChild(QLineEdit, "viewNameEdit").setText(name)
    robot.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier, on=dialog)
    robot.settle()


def test_a_view_is_named_and_opened_again_with_the_keyboard_alone(robot):
    choose(robot, "serviceFilter", "Bibliordre")
    keep_view(robot, "Documentation")
    assert "est enregistrée" in robot.desk.banner.text()
    robot.desk.query_bar.panel.clear()
    robot.desk.query_bar.filters.choose("undecided")
    robot.settle()
    assert shown(robot) == ["6"]
    robot.press(Qt.Key.Key_V)
    robot.settle()
    robot.press(Qt.Key.Key_Return, on=robot.desk.query_bar.views.menu)
    robot.settle()
    assert shown(robot) == ["3"]
    assert robot.desk.query_bar.panel.isVisible()
    assert robot.table.hasFocus()


def test_a_view_survives_the_program_and_belongs_to_its_account(robot, app_kit, qtbot):
    choose(robot, "firmFilter", "Comptoir du Vieux-Port")
    keep_view(robot, "Vieux-Port")
    again = DelegationsScreen(app_kit.context())
    qtbot.addWidget(again)
    again.activate()
    robot.settle()
    kept = robot.kit.read(lambda stores: saved_filters.every(stores, role=Role.GRANTOR), qtbot)
    again.review.query_bar.show_look(kept[0].look)
    robot.settle()
    assert again.review.model.rowCount() == 1
    app_kit.sign_in(grants=False)
    robot.settle()
    assert robot.kit.read(lambda stores: saved_filters.every(stores, role=Role.GRANTEE), qtbot) == ()


def test_a_view_of_the_same_name_is_replaced_and_one_is_forgotten(robot):
    keep_view(robot, "Ma vue")
    choose(robot, "serviceFilter", "Bibliordre")
    keep_view(robot, "ma  VUE")
    kept = robot.kit.read(lambda stores: saved_filters.every(stores, role=Role.GRANTOR), robot.qtbot)
    assert [(view.name, view.look.service) for view in kept] == [("ma VUE", "bibliordre")]
    menu_action(robot, "Supprimer").trigger()
    robot.desk.query_bar.views.menu.close()
    robot.dialog().confirm_button.click()
    robot.settle()
    assert robot.kit.read(lambda stores: saved_filters.every(stores, role=Role.GRANTOR), robot.qtbot) == ()


def test_the_names_of_the_filters_reach_the_ear(robot):
    robot.press(Qt.Key.Key_F)
    assert walks.unnamed(robot.desk) == []
    assert QApplication.activeModalWidget() is None


def test_views_are_bounded_and_named(tmp_path):
    made = kit.Kit(tmp_path)
    made.fill()
    made.close()
    stores = Stores(tmp_path, server_url=kit.SERVER, vault=made._vault)
    look = Look(group="live")
    for number in range(20):
        saved_filters.keep(stores, role=Role.GRANTOR, view=SavedView(f"Vue {number:02}", look))
    with pytest.raises(NotAllowed, match="TOO_MANY_VIEWS"):
        saved_filters.keep(stores, role=Role.GRANTOR, view=SavedView("De trop", look))
    with pytest.raises(InvalidInput):
        saved_filters.keep(stores, role=Role.GRANTOR, view=SavedView("  ", look))
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert b"Vue 07" not in raw
    stores.close()
