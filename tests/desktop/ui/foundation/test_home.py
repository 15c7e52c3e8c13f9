"""The home counts what waits, leads to the list of each number, and empties."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from comptexpert_desktop.domain.firm import Unused
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.ui.destinations import ShowFirm, ShowList
from comptexpert_desktop.ui.window.home import HomeScreen
from comptexpert_desktop.usecases.firm import firm
from tests.desktop.ui import kit
from tests.desktop.ui.robot import Robot
from tests.fakes_firm import a_firm_page

SOON = kit.TODAY + timedelta(days=12)


_ENDING = ShowList(group="live", ends_within=30, selects_all=True)


@pytest.fixture
def robot(app_kit, qtbot):
    app_kit.fill(kit.delegation(1), kit.active(2, valid_until=SOON), kit.active(3))
    return Robot(HomeScreen(app_kit.context()), app_kit, qtbot)


def test_each_number_leads_to_its_list(robot, app_kit):
    assert robot.screen.decide.title.text() == "1\u00a0demande à décider"
    assert robot.screen.ending.title.text() == "1\u00a0droit prend fin dans les 30\u00a0jours"
    robot.screen.ending.click()
    robot.screen.decide.click()
    assert app_kit.navigator.destinations == [_ENDING, ShowList(group="undecided")]


def test_the_list_shows_what_the_number_counted(robot, app_kit, qtbot):
    screen = DelegationsScreen(app_kit.context())
    qtbot.addWidget(screen)
    screen.show()
    screen.arrive(ShowList(group="live", ends_within=30))
    robot.settle()
    robot.settle()
    assert [screen.review.model.id_at(row) for row in range(screen.review.model.total)] == ["del-000002"]


def test_a_revocation_that_has_not_left_comes_first_and_says_so(app_kit, qtbot):
    app_kit.fill(kit.active(1))
    app_kit.queue(kit.entry(1, kind=Kind.REVOKE, delegation_id="del-000001"))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.outbox.title.text() == "1\u00a0révocation non transmise"
    assert robot.screen.outbox.text_label.text().startswith("PAS ENCORE EFFECTIF.")
    assert robot.screen.outbox.y() < robot.screen.decide.y()


def test_what_lacks_something_leads_to_its_lines(app_kit, qtbot):
    lacking = kit.active(1, effective=False, missing=("DEL_TERMS",), effective_rights=())
    app_kit.fill(lacking, kit.active(2), kit.delegation(3))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.missing.title.text() == "1\u00a0droit accordé ne peut pas servir"
    robot.screen.missing.click()
    (leads,) = app_kit.navigator.destinations
    screen = DelegationsScreen(app_kit.context())
    qtbot.addWidget(screen)
    screen.show()
    screen.arrive(leads)
    robot.settle()
    robot.settle()
    assert [screen.review.model.id_at(row) for row in range(screen.review.model.total)] == ["del-000001"]


def test_what_nobody_uses_leads_to_its_cabinet(app_kit, qtbot):
    app_kit.fill(kit.active(1), firms=(kit.HAWTHORN, kit.QUAY))
    unused = Unused(delegation_id="del-000001", version=2, service="jesignexpert", rights=("sign",), days=120)
    for firm_id, found in (("firm-1", ()), ("firm-2", (unused,))):
        page = replace(a_firm_page(), id=firm_id, unused=found)
        account = kit.EXPERT.account_id
        app_kit.tasks.write(app_kit.changes, partial(firm.keep, page=page, account_id=account, now=kit.NOW))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.unused.title.text() == "1\u00a0droit inutilisé"
    robot.screen.unused.click()
    assert app_kit.navigator.destinations == [ShowFirm(firm_id="firm-2")]


def test_a_home_without_work_says_that_nothing_waits(app_kit, qtbot):
    app_kit.fill(kit.active(1))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.intro.text() == "Rien ne vous attend."
    for card in (robot.screen.ending, robot.screen.missing, robot.screen.unused):
        assert not card.isVisible()


def test_a_number_is_that_of_the_cabinet_that_it_opens(app_kit, qtbot):
    app_kit.fill(kit.active(1), firms=(kit.HAWTHORN, kit.QUAY))
    unused = Unused(delegation_id="del-000001", version=2, service="jesignexpert", rights=("sign",), days=120)
    for firm_id, count in (("firm-1", 2), ("firm-2", 3)):
        found = tuple(replace(unused, delegation_id=f"del-{firm_id}-{number}") for number in range(count))
        page = replace(a_firm_page(), id=firm_id, unused=found)
        account = kit.EXPERT.account_id
        app_kit.tasks.write(app_kit.changes, partial(firm.keep, page=page, account_id=account, now=kit.NOW))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.unused.title.text() == "2\u00a0droits inutilisés"
    assert "Et 3 dans vos autres cabinets." in robot.screen.unused.text_label.text()
    robot.screen.unused.click()
    assert app_kit.navigator.destinations == [ShowFirm(firm_id="firm-1")]


def test_a_suspension_that_has_not_left_comes_first_too(app_kit, qtbot):
    app_kit.fill(kit.active(1))
    app_kit.queue(kit.entry(1, kind=Kind.SUSPEND, delegation_id="del-000001"))
    robot = Robot(HomeScreen(app_kit.context()), app_kit, qtbot)
    assert robot.screen.outbox.title.text() == "1\u00a0retrait de droits non transmis"
    assert robot.screen.outbox.text_label.text().startswith("PAS ENCORE EFFECTIF.")
