"""The yearly review from the keyboard, through the real window and the real server, a picture at each step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTableView, QWidget

from comptexpert_desktop.ui.destinations import ShowReview
from tests.journeys.delegation_stage import CONTROL, DeskStage, Elsewhere
from tests.journeys.journey_stage import staged

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

GRANTED = ("bibliordre", "bibliobase", "network")


class ReviewStage(DeskStage):
    """The stage, with the review's table."""

    def answers(self):
        """Give the service and the answer of each right that is shown."""
        if not self.robot.is_shown(QTableView, "reviewTable"):
            return {}
        model = self.robot.find(QTableView, "reviewTable").model()
        rows = range(model.rowCount())
        return {str(model.index(row, 1).data()).split()[0].lower(): model.index(row, 5).data() for row in rows}

    def answer(self, *keys):
        table = self.robot.find(QTableView, "reviewTable")
        table.setFocus()
        for key in keys:
            before = len(self.answers())
            self.key(key)
            self.robot.wait_until(lambda before=before: len(self.answers()) == before - 1, "le droit suivant")


@pytest.fixture(scope="module")
def stage(qapp, tmp_path_factory):
    """One server and one window; three rights live in the firm, the expert-comptable is signed in."""
    with staged(ReviewStage, tmp_path_factory.mktemp("review")) as made:
        made.expert = Elsewhere(made, "ec")
        for one in GRANTED:
            made.expert.grant(one, "access", grantee="staff")
        made.come_in("ec")
        yield made
        made.expert.close()


def test_a_review_is_opened_from_the_page_of_the_firm(stage):
    stage.open_screen("firm")
    stage.robot.wait_for_text("Lu sur le serveur", seconds=30)
    stage.app.window.content.open(ShowReview())
    stage.robot.wait_for_text("Aucune revue n’a encore été ouverte", seconds=30)
    stage.shoot("01-none")
    stage.robot.click(stage.robot.button("Ouvrir une revue"))
    stage.robot.find(QWidget, "openReviewDialog")
    stage.shoot("02-open")
    stage.confirm()
    stage.robot.wait_until(lambda: len(stage.answers()) == len(GRANTED), "les droits à revoir", seconds=30)
    stage.robot.wait_for_text("0\u00a0droit sur 3 revu")
    stage.shoot("03-review")


def test_rights_are_kept_and_ended_with_letters_and_sent_with_one_summary(stage):
    stage.answer(Qt.Key.Key_G, Qt.Key.Key_F)
    stage.robot.wait_for_text("2\u00a0droits sur 3 revus")
    stage.key(Qt.Key.Key_Return, modifier=CONTROL)
    stage.robot.find(QWidget, "sendAnswersDialog")
    stage.shoot("04-summary")
    stage.confirm()
    stage.robot.wait_for_text("2\u00a0réponses enregistrées par le serveur.", seconds=30)
    box = stage.robot.find(QComboBox, "reviewModeBox")
    box.setCurrentIndex(2)
    stage.robot.wait_until(lambda: sorted(stage.answers().values()) == ["Gardé", "Terminé", "À revoir"], "les réponses")
    stage.shoot("05-answered")
    stage.expert.find(service="network", status="ACTIVE")


def test_without_a_network_a_choice_waits_and_leaves_later(stage):
    stage.robot.find(QComboBox, "reviewModeBox").setCurrentIndex(0)
    stage.server.kill()
    stage.answer(Qt.Key.Key_F)
    stage.robot.wait_for_text("3\u00a0droits sur 3 revus")
    stage.key(Qt.Key.Key_Return, modifier=CONTROL)
    stage.confirm()
    stage.robot.wait_for_text("Elles partiront dès que le serveur répondra, chacune une seule fois.", seconds=30)
    stage.shoot("06-offline")
    stage.back_online()
    stage.robot.wait_for_text("1\u00a0réponse enregistrée par le serveur.", seconds=30)
    stage.shoot("07-done")
