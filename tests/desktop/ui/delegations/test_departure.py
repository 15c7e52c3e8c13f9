"""A collaborateur leaves a firm: one gesture ends what he has there, and nothing elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QListWidget

from comptexpert_desktop.domain.delegation import Party, Status
from comptexpert_desktop.domain.outbox import Kind
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

HOMONYM = Party("acc-other", "lou.m", "Lou", "Marchetti")


@pytest.fixture
def robot(app_kit, qtbot):
    return DeskRobot(
        app_kit,
        qtbot,
        kit.delegation(1),
        kit.active(2),
        kit.active(3, service="bibliordre", rights=("access",), status=Status.SUSPENDED),
        kit.active(4, status=Status.REVOKED),
        kit.active(5, firm=kit.QUAY, service="rfc"),
        kit.active(6, grantee=HOMONYM),
        firms=(kit.HAWTHORN, kit.QUAY),
    )


def leave(robot):
    robot.desk.departure_button.click()
    robot.settle()
    return robot.dialog()


def test_all_that_the_person_has_in_the_firm_ends_at_once(robot):
    dialog = leave(robot)
    said = walks.words_of(dialog)
    assert "Départ de Lou MARCHETTI" in said
    assert "2\u00a0délégations sont révoquées et 1\u00a0demande est refusée" in said
    assert dialog.findChild(QListWidget, "departureLines").count() == 3
    dialog.confirm_button.click()
    robot.settle()
    kinds = {entry.delegation_id: entry.kind for entry in robot.entries()}
    assert kinds == {"del-000001": Kind.REFUSE, "del-000002": Kind.REVOKE, "del-000003": Kind.REVOKE}
    assert "3 en attente" in robot.desk.bulk_banner.text()


def test_a_departure_that_is_not_confirmed_ends_nothing(robot):
    leave(robot).cancel_button.click()
    robot.settle()
    assert robot.entries() == ()


def test_a_person_without_anything_left_has_nothing_to_lose(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1, status=Status.EXPIRED))
    robot.desk.filters.choose("all")
    robot.settle()
    dialog = leave(robot)
    assert not dialog.confirm_button.isEnabled()
    assert "n’a plus de droit ni de demande" in walks.words_of(dialog)


def test_the_gesture_is_offered_to_those_who_grant_alone(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1), grants=False)
    assert not robot.desk.departure_button.isVisible()
