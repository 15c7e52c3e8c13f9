"""Before a file gives a first right of high risk, the three words of each person are compared by voice (BR-38)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.ui.importing.words_dialog import WordsDialog
from comptexpert_desktop.usecases.delegations import delegations
from tests.desktop.ui import walks
from tests.desktop.ui.importing.import_robot import GOOD, HEAD, INVITED, ImportRobot

HIGH = GOOD.replace("prepare", "technical_signature")
LOU = HIGH.replace("karim.leroux", "Lou.Marin")
INVITED_HIGH = INVITED.replace("prepare", "technical_signature")
OF_KARIM, OF_LOU = own_words("karim.leroux"), own_words("lou.marin")


class WordsRobot(ImportRobot):
    """The person who imports, and calls."""

    def __init__(self, window_kit, qtbot, tmp_path) -> None:
        super().__init__(window_kit, qtbot, tmp_path)
        for account_id, login_id, name in (("acc-lou", "Lou.Marin", "Lou"), ("acc-karim", "karim.leroux", "Karim")):
            self.server.people_by_login[login_id] = Party(account_id, login_id, name, login_id.split(".")[1].title())

    @property
    def question(self):
        return self.dialog.findChild(WordsDialog, "importWordsDialog")

    def agree(self):
        self.dialog.grant_button.click()
        return self.question

    def tick(self, *names):
        people = self.question.findChild(QListWidget, "importWords")
        for row in range(people.count()):
            if any(name in people.item(row).text() for name in names):
                people.item(row).setCheckState(Qt.CheckState.Checked)

    def granted(self):
        return sorted(one.grantee.display_name for one in self.server.delegations.values())


@pytest.fixture
def robot(window_kit, qtbot, tmp_path):
    return WordsRobot(window_kit, qtbot, tmp_path)


def test_the_table_shows_the_words_of_a_line_of_high_risk_and_of_no_other(robot):
    robot.preview(HEAD + HIGH + INVITED_HIGH + GOOD.replace("karim.leroux", "Lou.Marin"))
    assert f"Mot du cabinet\u00a0: «\u00a0{OF_KARIM}\u00a0»" in robot.sentence(0)
    assert "Faites épeler cette adresse" in robot.sentence(1)
    assert "risque élevé" not in robot.sentence(2)


def test_nothing_leaves_before_the_words_were_compared(robot):
    robot.preview(HEAD + HIGH)
    question = robot.agree()
    assert f"Mot du cabinet\u00a0: «\u00a0{OF_KARIM}\u00a0»" in question.people.item(0).text()
    assert "Karim LEROUX (karim.leroux) · ligne 2" in question.people.item(0).text()
    assert not question.confirm_button.isEnabled()
    robot.qtbot.keyClick(question, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (question.isVisible(), robot.applied()) == (True, [])
    robot.tick("karim")
    assert question.confirm_button.text() == "Accorder (1)"
    question.confirm_button.click()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    assert robot.granted() == ["Karim LEROUX"]


def test_the_lines_of_who_was_not_reached_wait_in_the_table(robot):
    robot.preview(HEAD + HIGH + INVITED + LOU)
    question = robot.agree()
    assert question.confirm_button.text() == "Accorder (1)"
    robot.tick("Lou")
    question.confirm_button.click()
    robot.wait_for("2\u00a0délégations sont accordées. 1\u00a0ligne attend que le mot du cabinet soit comparé.")
    assert robot.granted() == ["Lou MARIN", "nora.petit@cabinet.example"]
    assert robot.rows() == [("2", "Karim LEROUX", "Sera accordée")]
    assert OF_KARIM in robot.sentence(0)
    robot.agree()
    robot.tick("karim")
    robot.question.confirm_button.click()
    robot.wait_for_banner("1\u00a0délégation est accordée")
    assert len(robot.granted()) == 3


def test_a_question_that_is_cancelled_grants_nothing(robot):
    robot.preview(HEAD + HIGH + INVITED)
    robot.agree().cancel_button.click()
    assert robot.applied() == []
    assert robot.dialog.grant_button.isEnabled()


def test_who_holds_such_a_right_is_not_called_again(robot):
    robot.preview(HEAD + HIGH)
    robot.agree()
    robot.tick("karim")
    robot.question.confirm_button.click()
    robot.wait_for_banner("accordée")
    for made in robot.server.delegations.values():
        robot.qtbot.waitUntil(lambda made=made: robot.kit.read(_is_known(made.id), robot.qtbot))
    robot.server.delegations.clear()
    robot.preview(HEAD + HIGH)
    assert "risque élevé" not in robot.sentence(0)
    robot.dialog.grant_button.click()
    robot.wait_for_banner("1\u00a0délégation est accordée")


def _is_known(delegation_id):
    return lambda stores: delegations.detail(stores, delegation_id=delegation_id) is not None


def test_everything_in_the_question_has_a_name(robot):
    robot.preview(HEAD + HIGH)
    assert walks.unnamed(robot.agree()) == []
