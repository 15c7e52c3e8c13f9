"""A template of the firm grants several services in one gesture, after a summary."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget

from comptexpert_desktop.domain.firm import Expert, FirmPage, Member, Template, TemplateGrant
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.store import outbox as outbox_store
from tests.desktop.ui import kit, walks
from tests.desktop.ui.delegations.test_requests import GrantRobot
from tests.fakes_wire import call_of

SIGNATORY = Template(
    code="signatory",
    name="Signataire",
    description="Prépare et signe.",
    days=365,
    grants=(
        TemplateGrant("jesignexpert", ("prepare", "sign")),
        TemplateGrant("bibliordre", ("access",)),
        TemplateGrant("gone", ("access",)),
    ),
)
PAGE = FirmPage(
    id=kit.HAWTHORN.id,
    siren=kit.HAWTHORN.siren,
    name=kit.HAWTHORN.name,
    version=1,
    two_approvers=False,
    experts=(Expert("entry-1", "acc-expert", "Hélène", "Delorme"), Expert("entry-7", "acc-7", "Marion", "Thévenet")),
    templates=(SIGNATORY,),
)


@pytest.fixture
def robot(app_kit, qtbot):
    app_kit.gateways.pages = {PAGE.id: PAGE}
    made = GrantRobot(app_kit, qtbot)
    qtbot.waitUntil(made.form.templates.isVisible)
    return made


def choose(robot):
    box = robot.form.findChild(QComboBox, "templateBox")
    box.setCurrentIndex(box.findText("Signataire"))
    robot.form.grantee.setText("l.marchetti")
    robot.settle()


def send(robot):
    robot.send()
    return robot.dialog()


def test_a_template_takes_the_place_of_the_service_and_of_its_rights(robot):
    assert robot.form.choice.isVisible()
    choose(robot)
    assert not robot.form.choice.isVisible()
    said = walks.words_of(robot.form)
    assert "Prépare et signe." in said
    assert walks.unnamed(robot.form) == []


def test_a_service_that_left_the_catalogue_is_not_granted_and_says_why(robot):
    choose(robot)
    box = robot.form.findChild(QCheckBox, "template-gone")
    assert not box.isEnabled()
    assert not box.isChecked()
    assert "Ce service ne figure plus au catalogue." in walks.words_of(robot.form)


def test_one_gesture_queues_a_grant_a_service_each_as_long_as_its_rights_allow(robot):
    choose(robot)
    dialog = send(robot)
    assert "Accorder 2\u00a0délégations à l.marchetti" in walks.words_of(dialog)
    lines = dialog.findChild(QListWidget, "grantLines")
    assert lines.item(0).text().endswith("jusqu’au 23\u00a0mai 2027")
    assert lines.item(1).text() == "Bibliordre · consulter Bibliordre, jusqu’au 24\u00a0novembre 2027"
    dialog.check.click()
    dialog.confirm_button.click()
    robot.settle()
    entries = robot.entries()
    assert [entry.kind for entry in entries] == [Kind.GRANT, Kind.GRANT]
    ids = [entry.id for entry in entries]
    bodies = robot.kit.read(
        lambda stores: [call_of(outbox_store.command_of(stores.account, outbox_id=one)).body for one in ids],
        robot.qtbot,
    )
    assert {(body["service"], *body["rights"], body["valid_until"]) for body in bodies} == {
        ("jesignexpert", "prepare", "sign", "2027-05-23"),
        ("bibliordre", "access", "2027-11-24"),
    }
    assert all(body["grantee"] == "l.marchetti" and body["firm"] == kit.HAWTHORN.id for body in bodies)


def test_a_line_that_is_unticked_is_not_granted(robot):
    choose(robot)
    robot.form.findChild(QCheckBox, "template-jesignexpert").click()
    dialog = send(robot)
    assert "Accorder 1\u00a0délégation" in walks.words_of(dialog)
    dialog.confirm_button.click()
    robot.settle()
    assert len(robot.entries()) == 1


def test_a_template_without_any_line_asks_for_one(robot):
    choose(robot)
    for box in robot.form.templates.findChildren(QCheckBox):
        if box.isEnabled():
            box.click()
    robot.send()
    assert "Cochez au moins un service" in robot.form.banner.text()
    assert robot.entries() == ()


def test_a_summary_that_is_not_confirmed_grants_nothing(robot):
    choose(robot)
    send(robot).cancel_button.click()
    robot.settle()
    assert robot.entries() == ()
    assert robot.form.isVisible()


def test_without_templates_the_form_is_as_before(app_kit, qtbot):
    robot = GrantRobot(app_kit, qtbot)
    assert not robot.form.templates.isVisible()
    assert robot.form.choice.isVisible()


def test_what_a_colleague_may_do_is_granted_to_another(app_kit, qtbot):
    karim = Member(account_id="acc-karim", given_name="Karim", surname="Leroux", since=kit.NOW)
    app_kit.gateways.pages = {PAGE.id: replace(PAGE, members=(karim,))}
    party = kit.Party("acc-karim", "k.leroux", "Karim", "Leroux")
    held = (
        kit.active(1, grantee=party, service="rfc", rights=("access",)),
        kit.active(2, grantee=party, rights=("prepare",)),
    )
    robot = GrantRobot(app_kit, qtbot, *held)
    box = robot.form.findChild(QComboBox, "templateBox")
    qtbot.waitUntil(lambda: box.findText("Comme Karim LEROUX") > 0)
    box.setCurrentIndex(box.findText("Comme Karim LEROUX"))
    assert "ils sont accordés dans chacun" in walks.words_of(robot.form), "several cabinets get what one has"
    robot.form.grantee.setText("l.marchetti")
    robot.settle()
    send(robot).confirm_button.click()
    robot.settle()
    ids = [entry.id for entry in robot.entries()]
    bodies = robot.kit.read(
        lambda stores: [call_of(outbox_store.command_of(stores.account, outbox_id=one)).body for one in ids], qtbot
    )
    assert {(body["service"], *body["rights"]) for body in bodies} == {("rfc", "access"), ("jesignexpert", "prepare")}
    assert {body["grantee"] for body in bodies} == {"l.marchetti"}


def test_what_was_left_out_of_a_template_stays_out_when_the_page_comes_again(robot):
    choose(robot)
    box = robot.form.findChild(QCheckBox, "template-bibliordre")
    box.setChecked(False)
    newer = replace(SIGNATORY, description="Prépare, signe et lit.")
    templates = robot.form.templates
    templates.offer((newer,), labels=robot.form.labels, account=kit.me().account)
    assert templates.template() == newer
    assert [one.service for one in templates.grants()] == ["jesignexpert"]
