"""« Pourquoi ? »: the rule, who can unblock it, a message ready to send, for every refusal of the desk."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from comptexpert_desktop.domain.delegation import Action, Party, PendingIntent, Role, Status
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation.delegations import delegation_detail, explanations
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.delegations.why_dialog import WhyDialog
from comptexpert_desktop.ui.widgets.links import Links
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot

PEER = Party("acc-peer", "m.thevenet", "Marion", "Thévenet", entry_id="entry-7")
GRANTOR_BAR = (Action.APPROVE, Action.REFUSE, Action.REVOKE)


def a_case(made, *, role=Role.GRANTOR, intent=None):
    me = kit.me(grants=role is Role.GRANTOR)
    return delegation_detail.build(
        kit.row(made, role=role, intent=intent), held=(), me=me, labels=Labels(kit.catalogue()), today=kit.TODAY
    )


def test_every_refused_button_has_a_rule_and_somebody_who_can_unblock_it():
    situations = [
        a_case(replace(kit.active(1), status=status), intent=intent)
        for status in Status
        for intent in (
            None,
            PendingIntent("x", Action.REVOKE, "sending", ""),
            PendingIntent("x", Action.APPROVE, "queued", ""),
        )
    ]
    situations += [
        a_case(kit.delegation(1, grantor=PEER)),
        a_case(kit.delegation(1, grantor=PEER, grantee=kit.EXPERT)),
        a_case(kit.delegation(1, status=Status.PENDING_SECOND)),
    ]
    refused = [(one, action, code) for one in situations for action, code in one.actions.items() if code is not None]
    assert len(refused) > 100
    for one, action, code in refused:
        told = explanations.of_action(action, code, case=one)
        assert told.rule.endswith((".", "?")), (action, code)
        assert told.who.endswith("."), (action, code)
        assert code not in told.rule + told.who


def test_a_request_of_a_colleague_is_asked_of_that_colleague():
    (told,) = explanations.of_bar(a_case(kit.delegation(1, grantor=PEER)), actions=(Action.APPROVE, Action.REFUSE))
    assert told.about == "Approuver, refuser"
    assert told.who.startswith("Marion THÉVENET.")
    assert "demandez à le suppléer" in told.who
    assert told.letter.body.startswith("Bonjour Marion THÉVENET,")
    assert "Lou MARCHETTI" in told.letter.body
    assert told.letter.body.endswith("Hélène DELORME\n")


def test_a_second_approval_is_asked_of_a_colleague():
    told = explanations.of_action(
        Action.APPROVE, "DEL_NOT_GRANTOR", case=a_case(kit.delegation(1, status=Status.PENDING_SECOND))
    )
    assert "deux accords" in told.rule
    assert "Pouvez-vous donner le vôtre" in told.letter.body


@pytest.mark.parametrize(
    ("status", "wish"),
    [
        (Status.PENDING, "attend votre réponse"),
        (Status.PENDING_SECOND, "second accord"),
        (Status.SUSPENDED, "suspendus"),
        (Status.LAPSED, "14\u00a0jours"),
    ],
)
def test_a_collaborateur_reminds_the_expert_who_can_unblock(status, wish):
    (told,) = explanations.of_state(a_case(kit.delegation(1, status=status), role=Role.GRANTEE))
    assert wish in told.letter.body
    assert told.letter.name == "Hélène DELORME"


def test_what_is_missing_is_asked_of_the_one_who_has_it():
    made = kit.active(1, effective=False, missing=("DEL_CERT_REQUIRED", "DEL_TERMS"))
    certificate, terms = explanations.of_state(a_case(made))
    assert certificate.who == "Lou MARCHETTI."
    assert "certificat personnel" in certificate.letter.body
    assert "dans l’écran du cabinet" in terms.who


def test_an_effective_right_has_nothing_to_explain():
    assert explanations.of_state(a_case(kit.active(1))) == ()


def why_dialog(robot):
    (found,) = [each for each in robot.screen.findChildren(WhyDialog) if each.isVisible()]
    return found


def test_p_explains_the_buttons_that_cannot_be_used_and_copies_the_message(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=PEER))
    robot.press(Qt.Key.Key_P)
    dialog = why_dialog(robot)
    said = walks.words_of(dialog)
    assert "La règle\u00a0: Seul l’expert-comptable désigné" in said
    assert "Qui peut débloquer\u00a0: Marion THÉVENET." in said
    assert walks.unnamed(dialog) == []
    dialog.findChild(object, "whyCopyButton").click()
    message = dialog.findChild(QPlainTextEdit, "whyMessage").toPlainText()
    assert QGuiApplication.clipboard().text().replace("\u00a0", " ") == message
    assert "Le message est copié." in walks.words_of(dialog)
    robot.press(Qt.Key.Key_Escape, on=dialog)
    assert not dialog.isVisible()


def test_the_mail_client_opens_on_the_message_without_an_address_that_is_not_known(app_kit, qtbot):
    opened = []
    links = Links(server_url=kit.SERVER, opener=lambda url: opened.append(url.toString()) or True)
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1, grantor=PEER), links=links)
    robot.desk.pane.bar.why_requested.emit()
    why_dialog(robot).findChild(object, "whyMailButton").click()
    assert opened[0].startswith("mailto:?subject=")
    assert "Bonjour Marion THÉVENET" in unquote(opened[0])
    assert "Rien n’est envoyé sans vous." in walks.words_of(why_dialog(robot))


def test_a_refusal_of_the_server_is_explained_in_the_pane(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.delegation(1))
    robot.press(Qt.Key.Key_A)
    robot.dialog().accept()
    robot.settle()
    (entry,) = robot.entries()
    robot.change(
        lambda file: outbox_store.mark(file, outbox_id=entry.id, status=OutboxStatus.NEEDS_YOU, code="DEL_NO_ACCOUNT")
    )
    robot.desk.pane.detail.findChild(object, "whyRefusedButton").click()
    said = walks.words_of(why_dialog(robot))
    assert "Cette personne n’a pas de Comptexpert" in said
    assert "Qui peut débloquer\u00a0: Lou MARCHETTI." in said


def test_nothing_to_explain_offers_no_button(app_kit, qtbot):
    robot = DeskRobot(app_kit, qtbot, kit.active(1))
    robot.desk.query_bar.filters.choose("live")
    robot.settle()
    assert robot.desk.pane.detail.findChild(object, "whyStateButton") is None
