"""What others did is told, counted and opened, through the real window and the real server, a picture at each step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QListView, QTableView

from tests.journeys.delegation_stage import DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]


class NoticeStage(DeskStage):
    """The stage, with the list of the notices."""

    def rail(self):
        return self.robot.find(QAbstractButton, "nav-notices").text()

    def told(self):
        if not self.robot.is_shown(QListView, "noticeList"):
            return []
        model = self.robot.find(QListView, "noticeList").model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; the expert-comptable is signed in, a collaborateur works elsewhere."""
    with staged(NoticeStage, tmp_path_factory.mktemp("notices")) as made:
        made.staff = Elsewhere(made, "staff")
        made.come_in("ec")
        made.robot.wait_for_text("À jour", seconds=30)
        yield made
        made.staff.close()


def test_a_request_that_arrives_is_counted_and_opened(stage):
    asked = stage.staff.ask("bibliordre", "access")
    stage.robot.click("syncButton")
    stage.robot.wait_until(lambda: stage.rail() == "Notifications (1)", "la notification", seconds=30)
    stage.open_screen("notices")
    stage.robot.wait_until(lambda: stage.told() == ["Nouvelle demande à décider"], "la demande", seconds=20)
    stage.shoot("01-told")
    stage.robot.find(QListView, "noticeList").setFocus()
    stage.key(Qt.Key.Key_Return)
    stage.robot.wait_until(lambda: stage.robot.is_shown(QTableView, "delegationTable"), "le tableau", seconds=20)
    stage.robot.wait_until(lambda: stage.table.selection.id() == asked, "le dossier", seconds=20)
    stage.robot.wait_until(lambda: stage.rail() == "Notifications", "la lecture", seconds=20)
    stage.shoot("02-opened")


def test_what_the_person_does_is_no_news_and_what_the_other_does_is(stage):
    stage.open_desk()
    stage.choose("bibliordre")
    stage.key(Qt.Key.Key_A)
    stage.wait_for_no_row("bibliordre")
    stage.robot.click("syncButton")
    stage.robot.wait_for_text("À jour", seconds=30)
    assert stage.rail() == "Notifications"
    stage.staff.decide(stage.staff.find(service="bibliordre", status="ACTIVE"), "relinquish")
    stage.robot.click("syncButton")
    stage.robot.wait_until(lambda: stage.rail() == "Notifications (1)", "la notification", seconds=30)
    stage.open_screen("notices")
    stage.robot.wait_until(lambda: stage.told()[:1] == ["Délégation abandonnée"], "l’abandon", seconds=20)
    stage.shoot("03-relinquished")
    stage.robot.find(QListView, "noticeList").setFocus()
    stage.key(Qt.Key.Key_L)
    stage.robot.wait_for_text("Tout est lu.")
    stage.shoot("04-read")
