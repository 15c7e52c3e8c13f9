"""Asking again, what there is with a person, and where two approvals stand."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Action, Party, Status
from comptexpert_desktop.domain.firm import FirmPage
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.firm import firm
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.fakes_wire import call_of

PEER = Party("acc-peer", "m.thevenet", "Marion", "Thévenet", entry_id="entry-7")
PAGE = FirmPage(id=kit.HAWTHORN.id, siren=kit.HAWTHORN.siren, name=kit.HAWTHORN.name, version=1, two_approvers=True)
ENDED_ASKS = sorted(words.AGAIN)


def mine(app_kit, qtbot, *delegations, group="ended"):
    robot = DeskRobot(app_kit, qtbot, *delegations, grants=False)
    robot.desk.query_bar.filters.choose(group)
    robot.settle()
    return robot


@pytest.mark.parametrize("status", ENDED_ASKS)
def test_what_is_over_can_be_asked_for_again(app_kit, qtbot, status):
    robot = mine(app_kit, qtbot, kit.delegation(1, status=status))
    assert robot.desk.pane.findChild(object, "askAgainButton").isVisible()


@pytest.mark.parametrize("status", sorted(set(Status) - set(ENDED_ASKS)))
def test_what_waits_or_lives_is_not_asked_for_twice(app_kit, qtbot, status):
    robot = mine(app_kit, qtbot, kit.delegation(1, status=status), group="all")
    assert not robot.desk.pane.findChild(object, "askAgainButton").isVisible()


def test_a_refused_request_is_asked_again_as_it_was(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.delegation(1, status=Status.REFUSED, decision_note="Précisez le dossier."))
    assert "«\u00a0Précisez le dossier.\u00a0»" in walks.words_of(robot.desk.pane.detail)
    robot.desk.pane.findChild(object, "askAgainButton").click()
    robot.settle()
    form = robot.screen.form
    assert form.isVisible()
    assert "est reprise ici" in form.banner.text()
    request = form.request()
    assert (request.service, request.rights) == ("jesignexpert", ("prepare", "sign"))
    assert request.grantor_entry_id == "entry-1"
    assert request.reason == "Je prépare les liasses du portefeuille Nord."
    form.submit.click()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.REQUEST
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=entry.id)), qtbot)
    assert write.body["grantor"] == "entry-1"


def test_asking_for_something_else_says_nothing_of_the_earlier_request(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.delegation(1, status=Status.LAPSED))
    robot.desk.pane.findChild(object, "askAgainButton").click()
    robot.settle()
    robot.screen.form.left.emit()
    robot.settle()
    robot.screen.open_request("bibliordre")
    robot.settle()
    assert robot.screen.form.choice.service() == "bibliordre"
    assert not robot.screen.form.banner.text()


def test_giving_up_a_right_says_what_is_lost_and_waits_as_an_intent(app_kit, qtbot):
    robot = mine(app_kit, qtbot, kit.active(1), group="live")
    robot.desk.pane.bar.button(Action.RELINQUISH).click()
    assert "Vous perdrez ces droits" in walks.words_of(robot.dialog())
    robot.dialog().confirm_button.click()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.kind is Kind.RELINQUISH
    assert robot.desk.model.index(0, 3).data() == "Renonciation non transmise"


def test_granted_is_told_apart_from_effective_in_words(app_kit, qtbot):
    robot = mine(
        app_kit,
        qtbot,
        kit.active(1),
        kit.active(2, effective=False, missing=("DEL_CERT_REQUIRED",)),
        kit.active(3, status=Status.SUSPENDED, effective=False),
        kit.active(4, status=Status.SCHEDULED, effective=False),
        group="live",
    )
    shown = [robot.desk.model.index(row, 3).data() for row in range(4)]
    assert sorted(shown) == ["Active", "Incomplète", "Programmée", "Suspendue"]


def test_the_detail_sums_up_what_else_there_is_with_that_person(app_kit, qtbot):
    robot = DeskRobot(
        app_kit,
        qtbot,
        kit.delegation(1),
        kit.active(2, service="bibliordre", rights=("access",)),
        kit.active(3, service="rfc", rights=("access",)),
        kit.delegation(4, status=Status.REFUSED),
        kit.delegation(5, status=Status.REFUSED),
        kit.delegation(6, status=Status.LAPSED),
        kit.active(7, grantee=kit.EXPERT_OF_PORT),
    )
    said = walks.words_of(robot.desk.pane.detail)
    assert "Avec Lou" in said
    assert "2\u00a0délégations en cours\u00a0: Bibliordre et Revue française de comptabilité." in said
    assert "Terminées\u00a0: 2\u00a0refusées et 1\u00a0sans réponse." in said


def test_somebody_new_has_nothing_else(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    assert "Avec Lou" not in walks.words_of(robot.desk.pane.detail)


def keep_page(robot):
    def work(stores):
        return firm.keep(stores, page=PAGE, account_id="acc-expert", now=kit.NOW)

    robot.kit.tasks.write(robot.screen, work)
    robot.desk.reload()
    robot.settle()


def test_the_first_of_two_approvals_says_that_another_follows(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    assert "Le vôtre sera le premier." not in walks.words_of(robot.desk.pane.detail)
    keep_page(robot)
    assert "Le vôtre sera le premier." in walks.words_of(robot.desk.pane.detail)
    robot.desk.pane.bar.button(Action.APPROVE).click()
    assert "Le vôtre sera le premier." in walks.words_of(robot.dialog())


def test_the_second_approver_is_told_that_the_right_becomes_effective(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, status=Status.PENDING_SECOND, grantor=PEER))
    assert "Le vôtre, le second, rendra ces droits effectifs." in walks.words_of(robot.desk.pane.detail)


def test_the_first_approver_waits_for_a_colleague(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, status=Status.PENDING_SECOND))
    assert "Un autre expert-comptable du cabinet donne le second." in walks.words_of(robot.desk.pane.detail)
    assert not robot.desk.pane.bar.button(Action.APPROVE).isEnabled()
